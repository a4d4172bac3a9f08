"""Who builds what: builds that other files ask for, what files are in an image, and the scripts that run in it."""
