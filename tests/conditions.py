"""Runs commands under difficult conditions, each in a fork of one process that has imported the libraries.

`python -m tests.conditions` reads [[command, condition], ...] as JSON and prints [{code, output, error}, ...].
"""

import json
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

SECONDS = 30


def _limit(kind: int, value: int) -> None:
    resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))


def _little_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + 2**23)


def _small_files() -> None:
    _limit(resource.RLIMIT_FSIZE, 6000)  # standard output is a file as well


def _few_files() -> None:
    _limit(resource.RLIMIT_NOFILE, 24)


def _ascii() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="ascii", errors="strict")


def _no_reader() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    os.dup2(writer, 1)


def _closed_output() -> None:
    sys.stdout = None
    os.close(1)


def _full_output() -> None:
    os.dup2(os.open("/dev/full", os.O_WRONLY), 1)


def _no_home() -> None:
    os.environ.pop("HOME", None)


def _no_temporary_folder() -> None:
    os.environ["TMPDIR"] = "/nowhere"
    tempfile.tempdir = None


def _no_git() -> None:
    os.environ["PATH"] = "/nowhere"


CONDITIONS: dict[str, Callable[[], None]] = {
    "ascii": _ascii,
    "closed output": _closed_output,
    "few files": _few_files,
    "full output": _full_output,
    "little memory": _little_memory,
    "no git": _no_git,
    "no home": _no_home,
    "no reader": _no_reader,
    "no temporary folder": _no_temporary_folder,
    "small files": _small_files,
    "normal": lambda: None,
}


def run_under(command: list[str], condition: str, folder: Path) -> dict[str, object]:
    """Run a command in a fork under a condition; the code is negative after a signal."""
    out, err = folder / "output", folder / "error"
    pid = os.fork()
    if pid == 0:
        _child(command, condition, out, err)
    _, status = os.waitpid(pid, 0)
    texts = {"output": out.read_text(errors="replace"), "error": err.read_text(errors="replace")}
    return {"code": os.waitstatus_to_exitcode(status), **texts}


def _child(command: list[str], condition: str, out: Path, err: Path) -> None:
    """Run the command and exit; never returns."""
    code: object = 0
    signal.alarm(SECONDS)
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC), number)
    try:
        CONDITIONS[condition]()
        _main(command)
        if sys.stdout:
            sys.stdout.flush()
    except SystemExit as end:
        code = end.code
    except BaseException:
        code = 1
        sys.excepthook(*sys.exc_info())  # as Python does for an uncaught error
    finally:
        os._exit(code if isinstance(code, int) else int(code is not None))


def _main(command: list[str]) -> None:
    sys.argv = command
    if command[0] == "kedro":
        from kedro.framework.cli.cli import main
    else:
        from waveloom.__main__ import main
    main()


if __name__ == "__main__":
    import kedro.framework.cli.cli  # noqa: F401
    import mlflow  # noqa: F401
    import pandas as pd  # noqa: F401
    import rich.console  # noqa: F401
    import soundfile  # noqa: F401

    import waveloom.commands.app  # noqa: F401

    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps([run_under(*case, Path(folder)) for case in json.load(sys.stdin)]))
