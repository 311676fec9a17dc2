"""The `waveloom` command."""

import os
import sys

from waveloom.config.errors import error_message, escape_unencodable, print_error
from waveloom.execution.memory_limit import continue_in_child_if_memory_is_limited


def main() -> None:
    """Run the command; errors of the input or the environment end it with one sentence and exit code 1."""
    _open_closed_streams()
    continue_in_child_if_memory_is_limited()
    escape_unencodable()
    try:
        from waveloom.commands.app import app

        try:
            app(prog_name="waveloom")
        finally:
            if sys.stdout:
                sys.stdout.flush()
    except BrokenPipeError:  # the reader of the output has closed it
        _end_of_pipe()
    except Exception as error:
        message = error_message(error)
        if message is None:
            raise
        print_error(message)
        _end(1)


def _open_closed_streams() -> None:
    """Open closed standard streams on the null device: the next file opened would otherwise take their number."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _end_of_pipe() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at its end
    sys.exit(1)


def _end(code: int) -> None:
    """Exit even if standard output accepts nothing more."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


if __name__ == "__main__":
    main()
