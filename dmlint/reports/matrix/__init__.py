"""The environments of a repository with their verdicts, as tables and as stories."""
