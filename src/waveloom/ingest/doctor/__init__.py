"""Examination of a corpus before training: what it holds, what would be rejected and why, and what to do about it."""
