"""Whether two sounds are the same: exact and near duplicates, and copies of training sounds."""
