"""Which Python an environment is, and what is known of it before anything is installed.

Read first ``environment_names``, ``isaac_interpreters`` and ``image_facts``; the others answer single questions.
"""
