"""Runs the rules over a tree."""
