"""Requirements and versions: PEP 508 and 440, markers, and the grammars of conda, pip and poetry respelled as these."""
