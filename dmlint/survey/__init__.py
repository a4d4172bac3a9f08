"""Many repositories: what environments they hold, and which of these can end up wrong (``dmlint survey``).

Read ``addresses`` (what was asked for), ``checkout`` (one repository's files), ``examination`` (what dmlint says of
it), ``task`` (an examination with limits), ``cluster`` (many tasks), ``survey_run`` (all of them), ``results`` (what
is kept), ``tables`` (Parquet), ``pages``.
"""
