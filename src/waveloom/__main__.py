"""The `waveloom` command."""

import os
import sys

from waveloom.errors import bear_any_terminal, sentence, tell
from waveloom.memory_limit import continue_in_child_if_memory_is_limited


def main() -> None:
    """Run the command; what the user or the surroundings cause is told in a sentence, with exit code 1."""
    _open_closed_streams()
    continue_in_child_if_memory_is_limited()
    bear_any_terminal()
    try:
        from waveloom.commands import app

        try:
            app(prog_name="waveloom")
        finally:
            if sys.stdout:
                sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has seen enough
        _end_of_pipe()
    except Exception as error:
        message = sentence(error)
        if message is None:
            raise
        tell(message)
        _end(1)


def _open_closed_streams() -> None:
    """Open what is closed of standard input, output and error: the next file opened would be taken for it."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _end_of_pipe() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at its end
    sys.exit(1)


def _end(code: int) -> None:
    """Exit, though standard output may take nothing more."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


if __name__ == "__main__":
    main()
