"""Reading of text files in the encodings that spreadsheets and other programs write."""

import codecs
import gzip
import logging
import zlib
from pathlib import Path

log = logging.getLogger(__name__)

MAX_BYTES = 1 << 30  # of an unpacked table
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # begins with the mark of UTF-16, so it comes first
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def read_text(path: Path) -> str:
    """Read a text, optionally compressed by gzip: UTF-8, UTF-16, UTF-32 or else Windows-1252, with a warning.

    ValueError says why the file is no text.
    """
    content = _bytes(path)
    if content.startswith(b"PK\x03\x04"):
        raise ValueError("it is a spreadsheet or a zip file; save it as CSV")
    if content.startswith(b"PAR1"):
        raise ValueError("it is a Parquet file; give it the suffix .parquet")
    if content.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise ValueError("it is a web page; fetch the table itself")
    encoding = _encoding(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise
    if any(mark in content for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ValueError("a part of it is UTF-16; save all of it as UTF-8")
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise ValueError("it is neither UTF-8, UTF-16 nor Windows-1252; save it as UTF-8") from None
    log.warning("%s is not UTF-8 and was read as Windows-1252; if accented letters are wrong, save it as UTF-8.", path)
    return text


def _bytes(path: Path) -> bytes:
    content = path.read_bytes()
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(path) as file:
            content = file.read(MAX_BYTES + 1)
    except (EOFError, zlib.error) as error:
        raise ValueError(f"its gzip is damaged: {str(error) or 'it is cut short'}") from None
    if len(content) > MAX_BYTES:
        raise ValueError(f"it unpacks to more than {MAX_BYTES / 1e9:.2g} GB")
    return content


def _encoding(content: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return encoding
    start = content[:1024]
    zeros = [start[first::2].count(0) * 2 / max(len(start), 1) for first in (0, 1)]
    if max(zeros) > 0.4 and min(zeros) < 0.1:  # Latin letters in UTF-16 have a zero in every second byte
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    if b"\0" in start:
        raise ValueError("it holds zero bytes, so it is no text")
    return "utf-8"
