"""Leaderboard of all evaluated generators, in one table per comparable evaluation."""
