"""Fixes: which edits are made, how they are written into the files, and how they are shown as a patch."""
