"""Runs the rules over a tree.

Read first ``engine`` (a run from files to findings), ``parsed_files`` and ``observation`` (what it reads and what
rules find there), ``suppressions`` and ``baseline`` (what takes findings away), ``policy``; then ``fix_rounds``,
``fix_output`` and ``ignore_comments``, which write; ``preparation`` and ``memory`` serve the callers.
"""
