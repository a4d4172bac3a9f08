"""The page that shows what a run looked at: pictures of the environments, and the files with what is wrong in them."""
