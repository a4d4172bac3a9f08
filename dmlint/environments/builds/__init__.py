"""Who builds what: builds that other files ask for, what files are in an image, and the scripts that run in it.

Read first ``build_requests`` (who builds what), ``stage_environments`` and ``command_installs`` (what a stage
installs), ``script_runs``; then the rest.
"""
