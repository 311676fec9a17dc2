"""The one error a user's own input can cause, and plain sentences for what the surroundings cause."""

import errno

_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


class InputError(ValueError):
    """What the user gave cannot be used; the message names the value, the rule and the way out.

    Commands print the message alone, without a traceback, and exit with 1. Any other exception is our fault.
    """


def out_of_space(problem: OSError) -> bool:
    """Whether a write failed because the disk, the quota or the limit on file sizes is used up."""
    # NumPy's short writes have no number.
    return problem.errno in _FULL or (problem.errno is None and "written" in str(problem))
