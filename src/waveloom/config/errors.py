"""The error for wrong input of the user, and parts of its messages."""

import errno
from collections.abc import Iterable
from difflib import get_close_matches

LISTED_NAMES = 10  # maximum number of names in a message

_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


class InputError(ValueError):
    """Wrong input of the user; the message names the value, the rule and how to correct it.

    Commands print the message alone, without a traceback, and exit with 1. Any other exception is a bug.
    """


def out_of_space(problem: OSError) -> bool:
    """Whether a write failed because the disk, the quota or the limit on file sizes is used up."""
    # NumPy reports an incomplete write without an error number.
    return problem.errno in _FULL or (problem.errno is None and "written" in str(problem))


def suggestion(name: str, names: Iterable[str]) -> str:
    """Return " Did you mean ...?" with the most similar of `names`, to end a message; empty if none is similar."""
    matches = get_close_matches(str(name), list(names), n=1)
    return f" Did you mean {matches[0]!r}?" if matches else ""


def counted(count: int, noun: str) -> str:
    """Format a number with its noun, such as "1 sound" or "3 sounds"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def name_list(names: Iterable[str]) -> str:
    """Format names for a message: the first `LISTED_NAMES` in quotes, then the number of the others."""
    listed = list(names)
    more = f" and {len(listed) - LISTED_NAMES} more" if len(listed) > LISTED_NAMES else ""
    return ", ".join(repr(name) for name in listed[:LISTED_NAMES]) + more
