"""Languages read with exact places; nothing here knows a package, an installer or an image."""
