"""Requirements and versions: PEP 508 and 440, markers, and the grammars of conda, pip and poetry respelled as these.

Read first ``pep508`` and ``versions``, on which all else stands, then ``markers``; the others respell what pip, conda
and poetry write.
"""
