"""The `waveloom` command."""

import os
import sys

from waveloom.config.error_messages import error_message, escape_unencodable, print_error
from waveloom.execution.memory_supervisor import supervise_limited_memory


def main() -> None:
    """Run the command; an error of the input or the environment prints a message and exits with 1."""
    _open_closed_streams()
    supervise_limited_memory()
    escape_unencodable()
    try:
        from waveloom.commands.app import app

        try:
            app(prog_name="waveloom")
        finally:
            if sys.stdout:
                sys.stdout.flush()
    except BrokenPipeError:  # the process that reads the output has closed the pipe
        _exit_after_closed_pipe()
    except Exception as error:
        message = error_message(error)
        if message is None:
            raise
        print_error(message)
        _exit(1)


def _open_closed_streams() -> None:
    """Open closed standard streams on the null device: otherwise the next file opened would get their number."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _exit_after_closed_pipe() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes again when it exits
    sys.exit(1)


def _exit(code: int) -> None:
    """Exit with `code`, even if standard output cannot be flushed."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


if __name__ == "__main__":
    main()
