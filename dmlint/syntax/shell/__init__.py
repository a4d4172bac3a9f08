"""Shell scripts as the simple commands that they run, with every word's origin."""
