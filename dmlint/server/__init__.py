"""A language server: what ``check`` says, while somebody types.

Read ``snapshot`` first (what is known), then ``analysis`` (when it is found out), ``language_server`` (the protocol);
the others each turn what is known into one kind of answer, as ``diagnostics`` does.
"""
