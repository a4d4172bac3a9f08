"""What is in an environment after each of its steps."""
