"""Replays the installs of an environment, one after the other, in a real resolver; needs the network.

Read first ``plan`` (the words), ``translate`` and ``replay`` (step by step), ``uv_resolver``, ``replay_verdicts``;
then the rest.
"""
