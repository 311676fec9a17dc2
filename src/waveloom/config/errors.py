"""The one error that a user's own input can cause, and plain sentences for errors of the environment."""

import errno
import os
import re
import sys
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from traceback import walk_tb

NAMED = 10  # names that a message lists, at most
TRACEBACK = "WAVELOOM_TRACEBACK"  # environment variable: if set, errors of the environment come with their traceback

_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_FOREIGN = {  # by the module of the error
    "yaml": "A YAML file cannot be read; mend it",
    "ruamel.yaml": "A YAML file cannot be read; mend it",
    "json.decoder": "A JSON file is damaged; mend it, or run the stage that makes it",
    "pyarrow": "A table is damaged, or the disk is; run the stage that makes it",
    "zipfile": "A file is damaged; make it anew",
    "soundfile": "A sound file cannot be read or written",
    "sqlite3": "A database cannot be used; see that it is whole and that its folder can be written",
    "sqlalchemy": "A database cannot be used; see that it is whole and that its folder can be written",
    "mlflow": "MLflow cannot be used",
}
_NO_MEMORY = re.compile(
    r"cannot allocate memory|unable to allocate|failed to map segment|can't start new thread|bad_alloc|out of memory|"
    r"cannot create thread|resource temporarily unavailable|pthread_create",
    re.IGNORECASE,
)


class InputError(ValueError):
    """What the user gave cannot be used; the message names the value, the rule and the way out.

    Commands print the message alone, without a traceback, and exit with 1. Any other exception is our fault.
    """


def out_of_space(problem: OSError) -> bool:
    """Whether a write failed because the disk, the quota or the limit on file sizes is used up."""
    # NumPy's short writes have no number.
    return problem.errno in _FULL or (problem.errno is None and "written" in str(problem))


def suggestion(name: str, names: Iterable[str]) -> str:
    """Ask whether the most similar of `names` was meant, for the end of a message; empty if none is similar."""
    found = get_close_matches(str(name), list(names), n=1)
    return f" Did you mean {found[0]!r}?" if found else ""


def name_list(names: Iterable[str]) -> str:
    """Write the first `NAMED` names in quotes, and count the others, for a message."""
    found = list(names)
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return ", ".join(repr(name) for name in found[:NAMED]) + more


def error_message(error: BaseException) -> str | None:
    """Say in a sentence or two what is wrong with the input or the environment; None for a fault of the program.

    The environment is the disk, permissions, memory, the terminal and libraries that cannot be loaded.
    """
    chain = list(_causes(error))
    for cause in chain:
        if isinstance(cause, InputError):
            return str(cause)
    if os.environ.get(TRACEBACK):
        return None
    for cause in reversed(chain):
        if message := _environment_error(cause):
            return message
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, its cause, the cause's cause …: Kedro wraps what a dataset or an import raises."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _environment_error(error: BaseException) -> str | None:
    text = " ".join(str(error).split())[:300]
    if isinstance(error, MemoryError) or _lacks_memory(error, text):
        return (
            f"There is too little memory, or too low a limit on it ({text or 'MemoryError'}). Close other "
            "programs, raise the limit (ulimit -v, ulimit -u), or lower what is asked for, such as train.batch_size."
        )
    if isinstance(error, ImportError):
        return f"A library cannot be loaded ({text}). Run `make setup`, and see that nothing shadows it (PYTHONPATH)."
    if isinstance(error, UnicodeError) and _ascii(error):
        return (
            f"The encoding of the terminal or of file names cannot express a character ({text}). "
            "Set PYTHONUTF8=1, or LC_ALL=C.UTF-8."
        )
    if isinstance(error, RuntimeError) and "home directory" in text:
        return "There is no home directory. Set HOME to a folder that can be written."
    if isinstance(error, UnicodeDecodeError):
        return f"A file that should be text in UTF-8 is not ({text}). Save it as UTF-8, or make it anew."
    if isinstance(error, OSError):
        return _system(error, text)
    if file := _shadowing(error):
        return f"{file}, found by PYTHONPATH, fails when it is imported ({text}). Take its folder off PYTHONPATH."
    kinds = (kind for base in type(error).__mro__ for kind in _FOREIGN.items() if base.__module__.startswith(kind[0]))
    return next((f"{message} ({text})." for _, message in kinds), None)


def _shadowing(error: BaseException) -> str:
    """Name the module found by PYTHONPATH whose import raised an error; empty if none did."""
    frame = [frame for frame, _ in walk_tb(error.__traceback__)][-1:]
    file = frame[0].f_code.co_filename if frame and frame[0].f_code.co_name == "<module>" else ""
    folders = [os.path.abspath(folder) for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]
    inside = any(os.path.dirname(file) == folder for folder in folders)
    return file if inside else ""


def _lacks_memory(error: BaseException, text: str) -> bool:
    """Whether an error of another kind comes of too little memory; extensions that get none lose the error's kind."""
    if isinstance(error, SystemError):
        return _memory_is_limited()
    return isinstance(error, Exception) and bool(_NO_MEMORY.search(text))


def _memory_is_limited() -> bool:
    try:
        import resource
    except ImportError:  # Windows
        return False
    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


def _ascii(error: UnicodeError) -> bool:
    encoding = getattr(error, "encoding", "")
    return encoding.lower().replace("_", "-") in {"ascii", "us-ascii", "latin-1", "iso8859-1"} or (
        isinstance(error, UnicodeEncodeError) and "surrogates" in error.reason
    )


def _system(error: OSError, text: str) -> str:
    """Describe an error of the operating system."""
    if out_of_space(error):
        return (
            f"The disk is full, or a limit on space or file sizes is reached ({text}). Free some space, and run again."
        )
    if isinstance(error, FileNotFoundError) and error.errno is None:  # Arrow's have the path alone
        return f"{text} does not exist. Run the stage that makes it, or mend the path."
    where = f"{error.filename} " if error.filename else ""
    reasons = {
        errno.EACCES: "cannot be read or written: permission denied. Change its permissions, or choose another place.",
        errno.EPERM: "cannot be changed: the system does not permit it. Choose another place.",
        errno.EROFS: "cannot be written: the file system is read-only. Choose another place.",
        errno.ENOTDIR: "cannot be used: a part of its path is a file, not a folder. Choose another place.",
        errno.ENOENT: "does not exist. Run the stage that makes it, or mend the path.",
        errno.ENAMETOOLONG: "has too long a name. Shorten it.",
        errno.EMFILE: "cannot be opened: too many files are open. Raise the limit (ulimit -n).",
    }
    if where and error.errno in reasons:
        return where + reasons[error.errno]
    return f"The operating system reports an error: {text}. Mend that, and run again."


def print_error(message: str) -> None:
    """Print a message on standard error, in whatever encoding that has; nowhere if it is closed."""
    try:
        print(f"waveloom: {message}", file=sys.stderr, flush=True)
    except UnicodeError:
        print(f"waveloom: {message.encode('ascii', 'backslashreplace').decode()}", file=sys.stderr, flush=True)
    except (OSError, ValueError):
        return


def escape_unencodable() -> None:
    """Print characters that the terminal cannot show as escape codes; no character stops the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
