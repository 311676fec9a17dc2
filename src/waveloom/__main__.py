"""The `waveloom` command."""

import os
import signal
import sys

from waveloom.errors import error_message, escape_unencodable, print_error


def main() -> None:
    """Run the command; errors of the input or the environment end it with one sentence and exit code 1."""
    _open_closed_streams()
    _watch_where_memory_is_limited()
    escape_unencodable()
    try:
        from waveloom.commands import app

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


def _watch_where_memory_is_limited() -> None:
    """Under a memory limit, continue in a child process: libraries that get no memory abort the process itself."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    child = 0 if limit == resource.RLIM_INFINITY else os.fork()
    if child == 0:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to the child as well
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, frame: os.kill(child, received))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):
        print_error(f"There is too little memory: it is limited to {limit / 1e9:.1f} GB. Raise the limit (ulimit -v).")
    os._exit(code if code >= 0 else 1)


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
