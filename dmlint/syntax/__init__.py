"""Languages read with exact places; nothing here knows a package, an installer or an image.

Read first ``toml`` with ``toml_text`` and ``yaml`` with ``yaml_tree``; the other languages stand alone.
"""
