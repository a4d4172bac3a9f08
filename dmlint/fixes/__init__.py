"""What to write instead: for each fault with one right answer a proposal, and the proof of how it is spelled."""
