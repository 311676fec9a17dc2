"""Things that are no plain file, and names that are no plain name."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

from tests.hostile import Case, ingested
from tests.hostile.sounds import wav


def _case(title: str, make: Callable[[Path], None], outcome: str, name: str = "a.wav") -> Case:
    def attempt(folder: Path) -> str:
        make(folder / name)
        return ingested(folder / name)

    return Case(title, attempt, outcome)


def _whole(path: Path) -> None:
    path.write_bytes(wav())


def _huge(path: Path) -> None:
    _whole(path)
    os.truncate(path, 1 << 40)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(path))


def _linked(path: Path) -> None:
    _whole(path.with_suffix(".other"))
    path.symlink_to(path.with_suffix(".other"))


CASES = [
    _case("a pipe that nobody writes to", os.mkfifo, "rejected: no file: it is a pipe"),
    _case("a socket", _socket, "rejected: no file: it is a socket"),
    _case("a link to /dev/zero", lambda path: path.symlink_to("/dev/zero"), "rejected: no file: it is a device"),
    _case("a link to /dev/stdin", lambda path: path.symlink_to("/dev/stdin"), "rejected: .+"),
    _case("a folder", Path.mkdir, "rejected: no file: it is a folder"),
    _case("a link to itself", lambda path: path.symlink_to(path), "rejected: unreadable: Too many levels .+"),
    _case("a link to nothing", lambda path: path.symlink_to("nowhere"), "rejected: missing"),
    _case("a link to a sound in the same folder", _linked, "accepted"),
    _case("a name that is not there", lambda path: None, "rejected: missing"),
    _case(
        "a name too long for any file",
        lambda path: None,
        "rejected: unreadable: File name too long",
        "a" * 300 + ".wav",
    ),
    _case("a terabyte, all but the start a hole", _huge, "rejected: too large: 1.1e.03 GB.+"),
    _case("a name that is not UTF-8", _whole, "rejected: name: .+", os.fsdecode(b"\xff\xfe.wav")),
    _case("a name with a line break and quotes", _whole, "accepted", "a\n'\"; rm -rf.wav"),
    _case("a name that looks like an option", _whole, "accepted", "--help.wav"),
    _case("a name of 255 bytes", _whole, "accepted", "a" * 251 + ".wav"),
]
