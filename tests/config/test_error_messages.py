"""Errors of the input and of the environment give messages; bugs do not."""

import errno
import re

import pytest

from waveloom.config.error_messages import TRACEBACK, error_message
from waveloom.config.errors import InputError, suggestion


@pytest.mark.parametrize(
    ("error", "pattern"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded", "a"), "The disk is full"),
        (OSError("80 requested and 16 written"), "The disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "data/a"), "data/a cannot be read or written"),
        (OSError(errno.EROFS, "Read-only file system", "data/a"), "data/a cannot be written: .*read-only"),
        (OSError(errno.EMFILE, "Too many open files", "a"), "ulimit -n"),
        (OSError(errno.EIO, "Input/output error", "a"), "The operating system reports an error: .*Input/output error"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "a"), "a does not exist"),
        (MemoryError(), "too little memory"),
        (RuntimeError("can't start new thread"), "too little memory"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "too little memory"),
        (ImportError("libx.so: failed to map segment from shared object"), "too little memory"),
        (ImportError("libx.so: cannot open shared object file"), "A library cannot be loaded"),
        (UnicodeEncodeError("ascii", "é", 0, 1, "ordinal not in range"), "PYTHONUTF8=1"),
        (UnicodeEncodeError("utf-8", "\udcc3", 0, 1, "surrogates not allowed"), "PYTHONUTF8=1"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "should be text in UTF-8"),
        (RuntimeError("Could not determine home directory."), "Set HOME"),
        (InputError("This is wrong."), "This is wrong."),
    ],
)
def test_an_error_of_the_environment_gives_a_message_even_as_a_cause(error, pattern, monkeypatch):
    wrapped = KeyError("outer")
    wrapped.__cause__ = error
    for raised in (error, wrapped):
        message = error_message(raised)
        assert message
        assert re.search(pattern, message), message
        assert "\n" not in message
    monkeypatch.setenv(TRACEBACK, "1")
    assert (error_message(error) is None) == (not isinstance(error, InputError))


@pytest.mark.parametrize("error", [KeyError("a"), ValueError("wrong"), AssertionError(), ZeroDivisionError("x")])
def test_a_bug_is_not_reported_as_an_error_of_the_environment(error):
    assert error_message(error) is None


def test_only_a_similar_name_is_suggested():
    assert suggestion("lom", ["loom", "dense"]) == " Did you mean 'loom'?"
    assert suggestion("xyz", ["loom", "dense"]) == ""


@pytest.mark.parametrize("limited", [True, False])
def test_a_system_error_counts_as_lack_of_memory_only_if_memory_is_limited(limited, monkeypatch):
    monkeypatch.setattr("waveloom.config.error_messages._memory_is_limited", lambda: limited)
    message = error_message(SystemError("error return without exception set"))
    assert (message is not None and "too little memory" in message) == limited
