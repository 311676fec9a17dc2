"""Sounds of Freesound on disk: the search results, the files, and the attribution of each."""

import hashlib
import json
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from waveloom.audio.decode import Rejected, probe
from waveloom.audio.digests import file_sha256
from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_file
from waveloom.ingest.corpora._freesound_responses import IncompleteDownload, NotFound

if TYPE_CHECKING:
    from waveloom.ingest.corpora._freesound_api import Freesound

log = logging.getLogger(__name__)

RESULTS, DOWNLOADS, ATTRIBUTION = "sounds.json", "fetched.jsonl", "ATTRIBUTION.txt"
TRIES = 3
TOLERANCE_SECONDS, TOLERANCE = 0.25, 0.01  # by which a codec may change a duration: absolute, and relative
LICENCES = {
    "publicdomain/zero": "CC0",
    "licenses/by-nc": "CC-BY-NC",
    "licenses/by": "CC-BY",
    "licenses/sampling+": "CC-Sampling+",
}

Sound = dict[str, Any]
Listing = dict[str, dict[str, Any]]  # label -> asked, sounds
Connect = Callable[[], "Freesound"]  # called only if something is missing, since it needs a key


def read_listing(root: Path) -> Listing:
    """Read the search and its results for each label; empty if there was no search yet."""
    path = root / RESULTS
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError:
        raise InputError(f"{path} is damaged; delete it, and the searches are repeated.") from None


def write_listing(root: Path, listing: Listing) -> None:
    """Write the searches and their results."""
    _write(root / RESULTS, json.dumps(listing, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def path_of(root: Path, sound: Sound) -> Path:
    """Return the path of a sound, downloaded or not; its name is the sound's number."""
    suffix = str(sound["suffix"]) if str(sound["suffix"]).isalnum() else "bin"
    return root / "sounds" / f"{int(sound['id'])}.{suffix}"


def licence(sound: Sound) -> str:
    """Return a licence's short name and version, or its URL if it has no short name."""
    url = str(sound["license"])
    for part, name in LICENCES.items():
        if f"/{part}/" in url:
            version = url.split(f"/{part}/")[1].strip("/")
            return f"{name}-{version}" if version else name
    return url


def attribution(sound: Sound) -> str:
    """Return a sound's name, author and address."""
    return f'"{sound["name"]}" by {sound["username"]}, https://freesound.org/s/{int(sound["id"])}/'


def description(sound: Sound) -> str:
    """Join the author's name for it, tags and description; results of earlier versions have the name only."""
    return ". ".join(filter(None, [str(sound["name"]), " ".join(sound.get("tags", [])), sound.get("description", "")]))


def fetch_missing(root: Path, sounds: Sequence[Sound], connect: Connect) -> None:
    """Download sounds that are missing or changed; a sound that cannot be downloaded is recorded with the reason."""
    (root / "sounds").mkdir(parents=True, exist_ok=True)
    notes = _read_notes(root)
    for sound in {sound["id"]: sound for sound in sounds}.values():
        path = path_of(root, sound)
        note = notes.get(path.name, {})
        if "left_out" in note or (path.is_file() and file_sha256(path) == note.get("sha256")):
            continue
        path.unlink(missing_ok=True)
        reason = _fetch(path, sound, connect())
        if reason:
            log.warning("Freesound sound %d is left out: %s.", sound["id"], reason)
        note = {"left_out": reason} if reason else {"sha256": file_sha256(path)}
        with (root / DOWNLOADS).open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps({"file": path.name, **note}))  # on a new line, after an incomplete one


def failed_downloads(root: Path) -> dict[str, str]:
    """Return the reasons why sounds could not be downloaded, by file name."""
    return {name: note["left_out"] for name, note in _read_notes(root).items() if "left_out" in note}


def write_attribution(root: Path, sounds: Sequence[Sound]) -> None:
    """Write the attribution of all downloaded sounds."""
    downloaded = [sound for sound in sounds if path_of(root, sound).is_file()]
    lines = sorted({f"{attribution(sound)} ({licence(sound)})" for sound in downloaded})
    _write(root / ATTRIBUTION, "\n".join(["Sounds from Freesound, https://freesound.org", "", *lines]) + "\n")


def _fetch(path: Path, sound: Sound, api: "Freesound") -> str:
    """Download and check a sound, or say why it cannot be downloaded."""
    partial, problem = path.with_name(f"{path.name}.partial"), ""
    for _ in range(TRIES):
        try:
            with partial.open("wb") as file:
                _download(file, sound, api)
        except NotFound:
            partial.unlink()
            return "no longer there"
        except IncompleteDownload as error:
            problem = str(error)
            continue
        if reason := _difference(partial, sound):
            partial.unlink()
            return reason
        os.replace(partial, path)
        return ""
    partial.unlink()
    raise InputError(
        f"Freesound sound {sound['id']} is incomplete ({problem}). Downloaded sounds are kept; run again later."
    )


def _download(file: BinaryIO, sound: Sound, api: "Freesound") -> None:
    if sound["preview"]:
        api.fetch(sound["preview"], file)
    else:
        api.fetch_original(sound["id"], file)


def _difference(path: Path, sound: Sound) -> str:
    """Say how a file differs from the search result: an original in its MD5, a preview in its duration."""
    if not sound["preview"]:
        with path.open("rb") as file:
            same = hashlib.file_digest(file, "md5").hexdigest() == sound["md5"]
        return "" if same else "its MD5 is not the one listed"
    try:
        seconds = probe(path).seconds
    except Rejected as error:
        return str(error)
    difference = abs(seconds - sound["duration"])
    return f"it lasts {seconds:.2f} s, not {sound['duration']:.2f} s" if difference > _tolerance(sound) else ""


def _tolerance(sound: Sound) -> float:
    return TOLERANCE_SECONDS + TOLERANCE * float(sound["duration"])


def _read_notes(root: Path) -> dict[str, dict[str, str]]:
    """Read what was recorded of each download, by file name."""
    path = root / DOWNLOADS
    notes = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        try:
            note = json.loads(line)
            notes[note["file"]] = note
        except (ValueError, KeyError, TypeError):
            continue  # an incomplete line of a run that was killed: its sound is downloaded again
    return notes


def _write(path: Path, text: str) -> None:
    with replaced_file(path) as new:
        new.write_text(text, encoding="utf-8")
