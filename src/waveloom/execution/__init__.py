"""How work is carried out: executors, cached results, atomic files, locks, cost and progress."""
