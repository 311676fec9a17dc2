"""Commands under a limit on memory (ulimit -v) end with a sentence, though C libraries abort where they get none."""

import os
import signal

from waveloom.config.errors import print_error


def continue_in_child_if_memory_is_limited() -> None:
    """Under a limit on memory, continue in a child process; this process waits for it and explains its abort."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    child = 0 if limit == resource.RLIM_INFINITY else os.fork()
    if child == 0:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal signals the child as well
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, frame: os.kill(child, received))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):
        print_error(f"There is too little memory: it is limited to {limit / 1e9:.1f} GB. Raise the limit (ulimit -v).")
    os._exit(code if code >= 0 else 1)
