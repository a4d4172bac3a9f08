"""Shell scripts as the simple commands that they run, with every word's origin.

Read first ``command`` (what comes out), ``run`` (how it starts), ``lexer`` and ``unit`` (the text and its tree),
``walker`` and ``statements`` (the order of running), ``state``, ``expansion`` (words), ``execute`` (one command); the
others serve these.
"""
