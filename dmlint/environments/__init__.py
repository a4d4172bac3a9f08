"""Joins the facts of single files into environments: what dmlint gives a verdict on."""
