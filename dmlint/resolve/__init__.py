"""Replays the installs of an environment, one after the other, in a real resolver; needs the network."""
