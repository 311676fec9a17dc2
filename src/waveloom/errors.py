"""The one error a user's own input can cause."""


class InputError(ValueError):
    """What the user gave cannot be used; the message names the value, the rule and the way out.

    Commands print the message alone, without a traceback, and exit with 1. Any other exception is our fault.
    """
