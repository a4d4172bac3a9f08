"""What silences a finding: a comment, a waiver, the baseline."""
