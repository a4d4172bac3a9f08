"""The requirements files and manifests that installs point at, with all that they include."""
