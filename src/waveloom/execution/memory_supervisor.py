"""Under a memory limit (ulimit -v) a command runs in a child process, whose abort its parent explains.

C libraries abort the process when an allocation fails, so the process itself cannot print a message.
"""

import os
import signal

from waveloom.config.error_messages import print_error


def supervise_limited_memory() -> None:
    """Under a memory limit, go on in a child process; this process waits for it and explains an abort."""
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
