"""Messages for errors of the user's input and of the environment: disk, permissions, memory, terminal, libraries."""

import errno
import os
import re
import sys
from collections.abc import Iterator
from traceback import walk_tb

from waveloom.config.errors import InputError, out_of_space

TRACEBACK = "WAVELOOM_TRACEBACK"  # environment variable: if set, errors of the environment show their traceback

_LIBRARIES = {  # by the module of the error's class
    "yaml": "A YAML file cannot be read; correct it",
    "ruamel.yaml": "A YAML file cannot be read; correct it",
    "json.decoder": "A JSON file is damaged; correct it, or run the stage that creates it",
    "pyarrow": "A table or the disk is damaged; run the stage that creates the table",
    "zipfile": "A file is damaged; create it again",
    "soundfile": "A sound file cannot be read or written",
    "sqlite3": "A database cannot be used; check that it is not damaged and that its folder is writable",
    "sqlalchemy": "A database cannot be used; check that it is not damaged and that its folder is writable",
    "mlflow": "MLflow cannot be used",
}
_NO_MEMORY = re.compile(
    r"cannot allocate memory|unable to allocate|failed to map segment|can't start new thread|bad_alloc|out of memory|"
    r"cannot create thread|resource temporarily unavailable|pthread_create",
    re.IGNORECASE,
)


def error_message(error: BaseException) -> str | None:
    """Return a message of one or two sentences for an error of the input or the environment; None for a bug."""
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
    """Yield the error, its cause, the cause of that and so on: Kedro wraps errors of datasets and imports."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _environment_error(error: BaseException) -> str | None:
    text = " ".join(str(error).split())[:300]
    if isinstance(error, MemoryError) or _lacks_memory(error, text):
        return (
            f"There is too little memory, or too low a limit on it ({text or 'MemoryError'}). Close other "
            "programs, raise the limit (ulimit -v, ulimit -u), or lower a parameter such as train.batch_size."
        )
    if isinstance(error, ImportError):
        return f"A library cannot be loaded ({text}). Run `make setup`, and check PYTHONPATH for a module of its name."
    if isinstance(error, UnicodeError) and _is_limited_encoding(error):
        return (
            f"The encoding of the terminal or of file names cannot express a character ({text}). "
            "Set PYTHONUTF8=1, or LC_ALL=C.UTF-8."
        )
    if isinstance(error, RuntimeError) and "home directory" in text:
        return "There is no home directory. Set HOME to a folder that can be written."
    if isinstance(error, UnicodeDecodeError):
        return f"A file that should be text in UTF-8 is not ({text}). Save it as UTF-8, or create it again."
    if isinstance(error, OSError):
        return _system_error(error, text)
    if file := _shadowing_module(error):
        return f"{file}, found by PYTHONPATH, fails when it is imported ({text}). Remove its folder from PYTHONPATH."
    modules = [base.__module__ for base in type(error).__mro__]
    messages = (_LIBRARIES[name] for module in modules for name in _LIBRARIES if module.startswith(name))
    return next((f"{message} ({text})." for message in messages), None)


def _shadowing_module(error: BaseException) -> str:
    """Return the file on PYTHONPATH whose import raised the error; empty if none did."""
    frame = [frame for frame, _ in walk_tb(error.__traceback__)][-1:]
    file = frame[0].f_code.co_filename if frame and frame[0].f_code.co_name == "<module>" else ""
    folders = [os.path.abspath(folder) for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]
    inside = any(os.path.dirname(file) == folder for folder in folders)
    return file if inside else ""


def _lacks_memory(error: BaseException, text: str) -> bool:
    """Whether another error results from a lack of memory; some extensions then raise a SystemError."""
    if isinstance(error, SystemError):
        return _memory_is_limited()
    return isinstance(error, Exception) and bool(_NO_MEMORY.search(text))


def _memory_is_limited() -> bool:
    try:
        import resource
    except ImportError:  # Windows
        return False
    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


def _is_limited_encoding(error: UnicodeError) -> bool:
    encoding = getattr(error, "encoding", "")
    return encoding.lower().replace("_", "-") in {"ascii", "us-ascii", "latin-1", "iso8859-1"} or (
        isinstance(error, UnicodeEncodeError) and "surrogates" in error.reason
    )


def _system_error(error: OSError, text: str) -> str:
    """Return the message for an error of the operating system."""
    if out_of_space(error):
        return (
            f"The disk is full, or a limit on space or file sizes is reached ({text}). Free some space, and run again."
        )
    if isinstance(error, FileNotFoundError) and error.errno is None:  # Arrow's errors hold only the path
        return f"{text} does not exist. Run the stage that creates it, or correct the path."
    where = f"{error.filename} " if error.filename else ""
    reasons = {
        errno.EACCES: "cannot be read or written: permission denied. Change its permissions, or choose another place.",
        errno.EPERM: "cannot be changed: the system does not permit it. Choose another place.",
        errno.EROFS: "cannot be written: the file system is read-only. Choose another place.",
        errno.ENOTDIR: "cannot be used: a part of its path is a file, not a folder. Choose another place.",
        errno.ENOENT: "does not exist. Run the stage that creates it, or correct the path.",
        errno.ENAMETOOLONG: "has too long a name. Shorten it.",
        errno.EMFILE: "cannot be opened: too many files are open. Raise the limit (ulimit -n).",
    }
    if where and error.errno in reasons:
        return where + reasons[error.errno]
    return f"The operating system reports an error: {text}. Correct that, and run again."


def print_error(message: str) -> None:
    """Print a message on standard error in its encoding; print nothing if it is closed."""
    try:
        print(f"waveloom: {message}", file=sys.stderr, flush=True)
    except UnicodeError:
        print(f"waveloom: {message.encode('ascii', 'backslashreplace').decode()}", file=sys.stderr, flush=True)
    except (OSError, ValueError):
        return


def escape_unencodable() -> None:
    """Print characters that the terminal cannot encode as escape codes, so that none raises an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
