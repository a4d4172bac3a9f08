"""Replays the installs of an environment, one after the other, in a real resolver; needs the network.

Read first ``plan`` (the words), ``translate`` and ``replay`` (step by step), ``resolvers``, ``replay_verdicts``;
then the rest.
"""
