"""Lock files: one module for each tool's, and what they share.

Read first ``lock_entries`` (what an entry states), ``toml_locks`` with ``toml_layout``, ``yaml_locks`` with
``yaml_layout``.
"""
