"""Shell scripts as the simple commands that they run, with every word's origin: a program, a state, and a walk.

Read ``program`` (what a script is compiled to: ``scan``, ``lexer``, ``atoms``, ``templates``, ``grammar``), then
``state`` (what a running shell knows: ``journal``, ``working_directory``), then ``walker`` (how a program runs:
``branches``, ``calls``, ``expansion``, ``fields``, ``parameters``, ``conditions``, ``arithmetic``, ``builtins``,
``wrappers``, ``shells``). ``command`` has the facts that come out, ``run`` what callers call, ``habits`` what they hand
in.
"""
