"""The row of a recording before it is decoded: its metadata, its digest, or the reason why it cannot be read."""

import os
import sys
from pathlib import Path
from typing import Any

from waveloom.audio.digests import file_digest
from waveloom.audio.header import Rejected, check_regular
from waveloom.config.errors import InputError
from waveloom.ingest.corpora import Recording
from waveloom.ingest.health import NOT_MEASURED

Row = dict[str, Any]


def identified_row(recording: Recording, path: Path) -> Row:
    """Return a recording's row with the digest of its file, or rejected with the reason why it has none."""
    row = metadata_row(recording, path)
    try:
        if recording.reason:
            raise Rejected(recording.reason)
        if (reason := unreadable_name(recording.name)) or (reason := unreadable_name(str(path))):
            raise Rejected(reason)
        check_regular(path)
        return row | {"recording_id": file_digest(path)}
    except FileNotFoundError:
        return row | rejected("missing")
    except OSError as error:
        return row | rejected(f"unreadable: {error.strerror}")
    except Rejected as error:
        return row | rejected(str(error))


def rejected(reason: str) -> Row:
    """Return the columns that reject a recording."""
    return {"status": "rejected", "reason": reason}


def metadata_row(recording: Recording, path: Path) -> Row:
    """Return the row of a recording with the metadata of its corpus; nothing is measured."""
    return {
        "recording_id": "",
        "pcm_id": "",
        "name": _utf8(recording.name),
        "path": _utf8(str(path)),
        "label": _utf8(recording.label or recording.domain),
        "domain": _utf8(recording.domain),
        "pair": _utf8(recording.pair),
        "group": _utf8(recording.group or recording.pair or recording.name),
        "split": recording.split,
        "rate_hz": 0,
        "channels": 0,
        "seconds": 0.0,
        "licence": recording.licence,
        "attribution": recording.attribution,
        "description": _one_line(recording.description),
        "similar_to": None,
        **NOT_MEASURED,
        "status": "accepted",
        "reason": "",
    }


def unreadable_name(name: str) -> str:
    """Say why tables cannot hold a file name: its bytes are not UTF-8; empty if they can.

    InputError if the name is UTF-8 and only this process reads names in another encoding.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        try:
            os.fsencode(name).decode()
        except UnicodeError:
            return "name: it is not UTF-8; rename the file"
        encoding = sys.getfilesystemencoding()
        raise InputError(
            f"Python reads file names as {encoding} here, and {os.fsencode(name).decode()!a} is UTF-8. "
            "Set PYTHONUTF8=1, or LC_ALL=C.UTF-8."
        ) from None
    return ""


def _utf8(text: str) -> str:
    # File names may hold any bytes; Python represents those that are not UTF-8 as surrogates, which tables cannot hold.
    return os.fsencode(text).decode("utf-8", "backslashreplace")


def _one_line(text: str) -> str:
    # JSON can hold half a character (a lone surrogate), which tables cannot.
    return " ".join(text.encode("utf-8", "backslashreplace").decode("utf-8").split())
