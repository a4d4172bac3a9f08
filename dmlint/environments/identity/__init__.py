"""Which Python an environment is, and what is known of it before anything is installed.

Read first ``environment_names``, ``canonical_interpreters`` and ``image_facts``; the others answer single questions.
"""
