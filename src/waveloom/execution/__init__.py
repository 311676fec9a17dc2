"""Execution of a stage: executors, result cache, atomic writing of files, locks, cost and progress."""
