"""Text that knows where it is written: sources, spans, traced text, and the problems that are found in them."""
