"""Malicious archives and tables. Each also holds three valid sounds, and states the outcome of the other members.

To be used wherever hostile input is tried: `write` an attack into a folder and read it with `options`.
"""

import io
import json
import stat
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import soundfile

from tests.sounds import RATE, noise

CAPS = {"max_members": 50, "max_member_mb": 20.0, "max_total_gb": 0.1, "max_ratio": 100.0}
GOOD = 3


class Attack(NamedTuple):
    """`make` gives the bytes of a file called `name`; `outcome` is a pattern of each bad member's reason.

    Where `stops` is true nothing can be read, and `outcome` is a pattern of the InputError. `bad` is how many members
    there are in addition to the valid ones.
    """

    title: str
    name: str
    make: Callable[[], bytes]
    outcome: str
    bad: int = 1
    stops: bool = False

    def write(self, folder: Path) -> Path:
        (folder / self.name).write_bytes(self.make())
        return folder / self.name

    @property
    def corpus(self) -> str:
        return "manifest" if Path(self.name).suffix in {".csv", ".json"} else "archive"

    @property
    def options(self) -> dict:
        if self.corpus == "manifest":
            return {"root": ".", "table": self.name, "file": "{file}", "label": "{label}"}
        return {"file": self.name, "store": "store", "caps": CAPS}


def sound(seed: int = 0) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, noise(0.1, seed=seed), RATE, format="WAV")
    return file.getvalue()


def zipped(*extra: tuple[zipfile.ZipInfo | str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # a repeated name is intended
        for number in range(GOOD):
            archive.writestr(f"dog/{number}.wav", sound(number))
        for name, content in extra:
            archive.writestr(name, content, compress_type=method)
    return file.getvalue()


def zip_entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info


def zip_patched(name: str, at_local: int, at_central: int, value: bytes) -> bytes:
    """A zip in which a field of one member's local and central header is forged (APPNOTE 4.3.7 and 4.3.12)."""
    data = bytearray(zipped(secret(name)))
    local, central = data.index(name.encode()) - 30, data.rindex(name.encode()) - 46
    for at in (local + at_local, central + at_central):
        data[at : at + len(value)] = value
    return bytes(data)


def tarred(*extra: tuple[tarfile.TarInfo, bytes], mode: str = "w", last: int = GOOD) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode, format=tarfile.PAX_FORMAT) as archive:
        for number in range(last):
            content = sound(number)
            archive.addfile(tar_entry(f"dog/{number}.wav", size=len(content)), io.BytesIO(content))
        for info, content in extra:
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def tar_entry(name: str, **fields) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def tar_forged(size: str) -> bytes:
    """A tar whose last member declares `size` in an extended header."""
    info = tar_entry("dog/bad.wav", pax_headers={"size": size})
    return tarred((info, b""))


def csv(*rows: str) -> bytes:
    good = [f"dog/{number}.wav,dog" for number in range(GOOD)]
    return "\n".join(["file,label", *good, *rows]).encode() + b"\n"


def secret(name: str) -> tuple[str, bytes]:
    return name, sound(99)


def zeros(megabytes: int) -> bytes:
    return bytes(megabytes << 20)


def _tar(name: str, **fields) -> Callable[[], bytes]:
    return lambda: tarred((tar_entry(name, **fields), b""))


def _sized(name: str) -> tuple[tarfile.TarInfo, bytes]:
    return tar_entry(name, size=len(sound(99))), sound(99)


ZIPS = [
    Attack("zip: climbs out", "a.zip", lambda: zipped(secret("../../evil.wav")), "name: it leads upwards"),
    Attack(
        "zip: climbs out by backslash", "a.zip", lambda: zipped(secret("dog\\..\\..\\evil.wav")), "name: .* upwards"
    ),
    Attack("zip: absolute", "a.zip", lambda: zipped(secret("/etc/evil.wav")), "name: it is empty or absolute"),
    Attack("zip: drive", "a.zip", lambda: zipped(secret("C:/evil.wav")), "name: it is empty or absolute"),
    Attack("zip: control signs", "a.zip", lambda: zipped(secret("dog/\x1b[2J.wav")), "name: it has control signs"),
    Attack(
        "zip: link", "a.zip", lambda: zipped((zip_entry("dog/l.wav", stat.S_IFLNK | 0o777), b"/etc/passwd")), "link"
    ),
    Attack("zip: device", "a.zip", lambda: zipped((zip_entry("dog/d.wav", stat.S_IFCHR | 0o666), b"")), "no file"),
    Attack(
        "zip: one name twice", "a.zip", lambda: zipped(secret("dog/x.wav"), ("dog/x.wav", sound(98))), "duplicate: 2", 2
    ),
    Attack(
        "zip: one file by two spellings",
        "a.zip",
        lambda: zipped(secret("dog/x.wav"), secret("dog/./x.wav")),
        "duplicate: 2",
        2,
    ),
    Attack("zip: in a zip", "a.zip", lambda: zipped(("dog/more.zip", zipped())), "nested archive"),
    Attack("zip: bomb", "a.zip", lambda: zipped(("dog/bomb.wav", zeros(19))), "ratio: "),
    Attack(
        "zip: member over the cap",
        "a.zip",
        lambda: zipped(("dog/big.wav", zeros(21)), method=zipfile.ZIP_STORED),
        "too large: ",
    ),
    Attack(
        "zip: packed by lzma",
        "a.zip",
        lambda: zipped(secret("dog/x.wav"), method=zipfile.ZIP_LZMA),
        "compression: method 14",
    ),
    Attack("zip: encrypted", "a.zip", lambda: zip_patched("dog/x.wav", 6, 8, b"\1\0"), "encrypted"),
    Attack("zip: wrong checksum", "a.zip", lambda: zip_patched("dog/x.wav", 14, 16, b"\1\2\3\4"), "damaged: Bad CRC"),
    Attack("zip: claims ten bytes", "a.zip", lambda: zip_patched("dog/x.wav", 22, 24, b"\n\0\0\0"), "damaged: "),
    Attack(
        "zip: two names for one",
        "a.zip",
        lambda: zipped(secret("dog/x.wav")).replace(b"dog/x.wav", b"dog/y.wav", 1),
        "damaged: File name in directory",
    ),
    Attack(
        "zip: too many members",
        "a.zip",
        lambda: zipped(*((f"dog/{n}.txt", b"") for n in range(60))),
        "max_members",
        60,
        True,
    ),
    Attack(
        "zip: too much in all",
        "a.zip",
        lambda: zipped(*((f"dog/z{n}.wav", sound(n) + zeros(16)) for n in range(7)), method=zipfile.ZIP_STORED),
        "max_total_gb",
        7,
        True,
    ),
    Attack("zip: directory that declares 2 GB", "a.zip", lambda: _huge_directory(), "too large a directory", 0, True),
    Attack("zip: cut short", "a.zip", lambda: zipped(secret("dog/x.wav"))[:-30], "damaged or no archive", 1, True),
]
TARS = [
    Attack("tar: climbs out", "a.tar", lambda: tarred(_sized("dog/../../evil.wav")), "name: it leads upwards"),
    Attack("tar: absolute", "a.tar", lambda: tarred(_sized("/etc/evil.wav")), "name: it is empty or absolute"),
    Attack("tar: name that is no text", "a.tar", lambda: tarred(_sized("dog/\udcff.wav")), "name: .* not UTF-8"),
    Attack("tar: link", "a.tar", _tar("dog/l.wav", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "link"),
    Attack("tar: hard link", "a.tar", _tar("dog/l.wav", type=tarfile.LNKTYPE, linkname="dog/0.wav"), "link"),
    Attack(
        "tar: linked folder, then a file in it",
        "a.tar",
        lambda: tarred((tar_entry("d", type=tarfile.SYMTYPE, linkname="/tmp"), b""), _sized("d/../evil.wav")),
        "link|name: ",
        2,
    ),
    Attack("tar: device", "a.tar", _tar("dog/d.wav", type=tarfile.CHRTYPE, devmajor=1, devminor=5), "device"),
    Attack("tar: pipe", "a.tar", _tar("dog/p.wav", type=tarfile.FIFOTYPE), "device"),
    Attack("tar: unknown kind", "a.tar", _tar("dog/k.wav", type=b"Z"), "no file"),
    Attack(
        "tar: one name twice", "a.tar", lambda: tarred(_sized("dog/x.wav"), _sized("./dog/x.wav")), "duplicate: 2", 2
    ),
    Attack(
        "tar: in a tar",
        "a.tar.gz",
        lambda: tarred((tar_entry("dog/more.tar", size=len(tarred())), tarred()), mode="w:gz"),
        "nested archive",
    ),
    Attack(
        "tar: bomb in gzip",
        "a.tar.gz",
        lambda: tarred((tar_entry("dog/bomb.wav", size=19 << 20), zeros(19)), mode="w:gz"),
        "max_ratio",
        1,
        True,
    ),
    Attack(
        "tar: bomb in xz",
        "a.tar.xz",
        lambda: tarred((tar_entry("dog/bomb.txt", size=19 << 20), zeros(19)), mode="w:xz"),
        "max_ratio",
        1,
        True,
    ),
    Attack(
        "tar: bomb in bzip2",
        "a.tar.bz2",
        lambda: tarred((tar_entry("dog/bomb.wav", size=19 << 20), zeros(19)), mode="w:bz2"),
        "max_ratio",
        1,
        True,
    ),
    Attack(
        "tar: member over the cap",
        "a.tar",
        lambda: tarred((tar_entry("dog/big.wav", size=21 << 20), zeros(21))),
        "too large: ",
    ),
    Attack(
        "tar: header of 1 MB",
        "a.tar",
        _tar("dog/h.wav", pax_headers={"comment": "1" * 1_000_000}),
        "header is longer",
        1,
        True,
    ),
    Attack("tar: claims 8 exabytes", "a.tar", lambda: tar_forged(str(1 << 63)), "damaged or no archive|max_", 1, True),
    Attack("tar: claims a negative size", "a.tar", lambda: tar_forged("-512"), "damaged or no archive", 1, True),
    Attack("tar: size that is no number", "a.tar", lambda: tar_forged("many"), "empty"),
    Attack("tar: cut short", "a.tar", lambda: tarred(_sized("dog/x.wav"))[:7_000], "damaged", 1, True),
    Attack("tar: cut between members", "a.tar", lambda: tarred()[: 2 * 4096], "cut short|damaged", 0, True),
    Attack(
        "tar: header damaged on the way",
        "a.tar",
        lambda: tarred(_sized("dog/x.wav")).replace(b"dog/2.wav", b"dog/3.wav"),
        "cut short or damaged",
        1,
        True,
    ),
    Attack("tar: gzip cut short", "a.tar.gz", lambda: tarred(mode="w:gz")[:-2_000], "damaged or no archive", 0, True),
    Attack(
        "tar: gzip damaged",
        "a.tar.gz",
        lambda: _flipped(tarred(mode="w:gz")),
        "damaged or no archive|cut short",
        0,
        True,
    ),
    Attack("a text called zip", "a.zip", lambda: b"hello\n" * 200, "damaged or no archive", 0, True),
    Attack("nothing called tar", "a.tar", lambda: b"", "damaged or no archive", 0, True),
]
TABLES = [
    Attack("table: climbs out", "t.csv", lambda: csv("../evil.wav,dog"), "outside: "),
    Attack("table: absolute", "t.csv", lambda: csv("/dev/zero,dog"), "outside: "),
    Attack("table: null byte", "t.json", lambda: _json({"file": "dog/\0.wav", "label": "dog"}), "outside: |name: "),
    Attack(
        "table: half a character", "t.json", lambda: _json({"file": "dog/\ud800.wav", "label": "dog"}), "missing|name: "
    ),
    Attack(
        "table: name of 5,000 letters", "t.csv", lambda: csv(f"{'x' * 5000}.wav,dog"), "unreadable: |missing|outside: "
    ),
    Attack("table: no name", "t.csv", lambda: csv(",dog"), "no file: |missing"),
    Attack("table: a folder", "t.csv", lambda: csv("dog,dog"), "no file: "),
    Attack("table: not there", "t.csv", lambda: csv("dog/9.wav,dog"), "missing"),
    Attack("table: one file twice", "t.csv", lambda: csv("dog/0.wav,dog"), "same bytes as dog/0.wav"),
    Attack("table: braces in a name", "t.csv", lambda: csv("{label.__class__}.wav,dog"), "missing"),
    Attack(
        "table: too many columns in a row",
        "t.csv",
        lambda: csv("dog/0.wav,dog,more,and more"),
        "is not a table",
        1,
        True,
    ),
    Attack("table: not UTF-8", "t.csv", lambda: csv() + b"\xff\xfe,dog\n", "is not a table", 1, True),
    Attack("table: 100,000 brackets", "t.json", lambda: b"[" * 100_000, "is not a table", 0, True),
    Attack("table: an open quote", "t.csv", lambda: csv('"dog/9.wav,dog'), "is not a table|missing", 1, True),
]
ATTACKS = [*ZIPS, *TARS, *TABLES]


def _json(*rows: dict[str, str]) -> bytes:
    good = [{"file": f"dog/{number}.wav", "label": "dog"} for number in range(GOOD)]
    return json.dumps([*good, *rows]).encode()


def _huge_directory() -> bytes:
    content = bytearray(zipped())
    struct.pack_into("<I", content, content.rindex(b"PK\5\6") + 12, 1 << 31)
    return bytes(content)


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]
