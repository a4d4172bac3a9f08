"""Asks an interpreter what is in its environment; `dmlint check` never comes here."""
