"""The language server: a package, so that its conftest is one of several."""
