"""Which Python an environment is, and what is known of it before anything is installed."""
