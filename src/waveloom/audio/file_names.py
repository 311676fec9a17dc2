"""File names made from labels and other texts: valid on every file system, of bounded length, and distinct."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

MAX_BYTES = 200  # of a name; file systems allow 255, and temporary names need some of them
LABEL_BYTES = 100  # of a label in a name
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # names of devices in Windows


def file_name(stem: str, label: str) -> str:
    """Name a sound's file by its label and a stem that is unique to it, such as piano-0007.wav."""
    return f"{shortened(f'{safe_label(label)}-{stem}', MAX_BYTES - len('.wav'))}.wav"


def safe_label(label: str) -> str:
    """Convert a label to the start of a file name: safe characters, bounded, neither hidden nor reserved."""
    name = re.sub(r"[^\w.-]", "_", label) or "sound"
    name = re.sub(r"^[.-]", "_", name)
    return shortened(f"_{name}" if _RESERVED.match(name) else name, LABEL_BYTES, label)


def safe_labels(labels: Iterable[str]) -> dict[str, str]:
    """Convert each label as `safe_label` does; labels that would be equal, ignoring case, also get a digest."""
    names = {label: safe_label(label) for label in labels}
    counts = Counter(name.casefold() for name in names.values())
    return {label: f"{name}-{_digest(label)}" if counts[name.casefold()] > 1 else name for label, name in names.items()}


def bounded_path(name: str) -> str:
    """Shorten each part of a relative path to `MAX_BYTES` bytes."""
    return str(PurePosixPath(*(shortened(part, MAX_BYTES) for part in PurePosixPath(name).parts)))


def shortened(text: str, limit: int, full_text: str | None = None) -> str:
    """Cut a text to `limit` bytes of UTF-8; if cut, it ends in a digest of `full_text` (default: `text`)."""
    encoded = text.encode("utf-8", "surrogateescape")
    if len(encoded) <= limit:
        return text
    digest = _digest(text if full_text is None else full_text)
    return f"{encoded[: limit - len(digest) - 1].decode('utf-8', 'ignore')}-{digest}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
