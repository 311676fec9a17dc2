"""What was fetched from Freesound, on disk: the list of sounds, the sounds, and whom to thank."""

import hashlib
import json
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from waveloom.audio.decode import Rejected, probe
from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_file
from waveloom.ingest.corpora._freesound_answers import Broken, Gone

if TYPE_CHECKING:
    from waveloom.ingest.corpora._freesound_api import Freesound

log = logging.getLogger(__name__)

LISTED, FETCHED, THANKS = "sounds.json", "fetched.jsonl", "ATTRIBUTION.txt"
TRIES = 3
SLACK_SECONDS, SLACK = 0.25, 0.01  # what a codec may add to a sound, and the share that rounding may
LICENCES = {
    "publicdomain/zero": "CC0",
    "licenses/by-nc": "CC-BY-NC",
    "licenses/by": "CC-BY",
    "licenses/sampling+": "CC-Sampling+",
}

Sound = dict[str, Any]
Listing = dict[str, dict[str, Any]]  # label -> asked, sounds
Connect = Callable[[], "Freesound"]  # called once something is missing: what is here needs no key


def read_listing(root: Path) -> Listing:
    """Read which sounds were found for each label, and by which search; none if there was no search yet."""
    path = root / LISTED
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError:
        raise InputError(f"{path} is damaged; delete it, and the searches are made again.") from None


def write_listing(root: Path, listing: Listing) -> None:
    """Write it aside, then put it in place."""
    _write(root / LISTED, json.dumps(listing, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def path_of(root: Path, sound: Sound) -> Path:
    """Say where a sound lies, fetched or not: by its number, whatever it is called."""
    suffix = str(sound["suffix"]) if str(sound["suffix"]).isalnum() else "bin"
    return root / "sounds" / f"{int(sound['id'])}.{suffix}"


def licence(sound: Sound) -> str:
    """Name a licence by its short name and version; what is not known keeps its address."""
    url = str(sound["license"])
    for part, name in LICENCES.items():
        if f"/{part}/" in url:
            version = url.split(f"/{part}/")[1].strip("/")
            return f"{name}-{version}" if version else name
    return url


def attribution(sound: Sound) -> str:
    """Say whose sound it is, and where it is to be found."""
    return f'"{sound["name"]}" by {sound["username"]}, https://freesound.org/s/{int(sound["id"])}/'


def description(sound: Sound) -> str:
    """Say what its author says it is: name, tags, text; searches of earlier versions kept the name alone."""
    return ". ".join(filter(None, [str(sound["name"]), " ".join(sound.get("tags", [])), sound.get("description", "")]))


def fetch_missing(root: Path, sounds: Sequence[Sound], connect: Connect) -> None:
    """Fetch what is not yet here, or no longer as it was; what cannot be had is noted with the reason, and left out."""
    (root / "sounds").mkdir(parents=True, exist_ok=True)
    known = _known(root)
    for sound in {sound["id"]: sound for sound in sounds}.values():
        path = path_of(root, sound)
        note = known.get(path.name, {})
        if "left_out" in note or (path.is_file() and _digest(path) == note.get("sha256")):
            continue
        path.unlink(missing_ok=True)
        reason = _fetch(path, sound, connect())
        if reason:
            log.warning("Freesound sound %d is left out: %s.", sound["id"], reason)
        note = {"left_out": reason} if reason else {"sha256": _digest(path)}
        with (root / FETCHED).open("a", encoding="utf-8") as notes:
            notes.write("\n" + json.dumps({"file": path.name, **note}))  # what was half written ends here


def left_out(root: Path) -> dict[str, str]:
    """Say which sounds could not be had, by file name, and why."""
    return {name: note["left_out"] for name, note in _known(root).items() if "left_out" in note}


def write_thanks(root: Path, sounds: Sequence[Sound]) -> None:
    """Write who is to be credited for the sounds that are here."""
    here = [sound for sound in sounds if path_of(root, sound).is_file()]
    lines = sorted({f"{attribution(sound)} ({licence(sound)})" for sound in here})
    _write(root / THANKS, "\n".join(["Sounds from Freesound, https://freesound.org", "", *lines]) + "\n")


def _fetch(path: Path, sound: Sound, api: "Freesound") -> str:
    """Put a sound in its place, whole and checked, or say why it cannot be had."""
    aside, trouble = path.with_name(f"{path.name}.partial"), ""
    for _ in range(TRIES):
        try:
            with aside.open("wb") as file:
                _download(file, sound, api)
        except Gone:
            aside.unlink()
            return "no longer there"
        except Broken as error:
            trouble = str(error)
            continue
        if reason := _differs(aside, sound):
            aside.unlink()
            return reason
        os.replace(aside, path)
        return ""
    aside.unlink()
    raise InputError(
        f"Freesound sound {sound['id']} comes broken ({trouble}). What was fetched is kept; run again later."
    )


def _download(file: BinaryIO, sound: Sound, api: "Freesound") -> None:
    if sound["preview"]:
        api.fetch(sound["preview"], file)
    else:
        api.fetch_original(sound["id"], file)


def _differs(path: Path, sound: Sound) -> str:
    """Say in what a file is not the one listed: an original to the byte, a preview in its duration."""
    if not sound["preview"]:
        with path.open("rb") as file:
            same = hashlib.file_digest(file, "md5").hexdigest() == sound["md5"]
        return "" if same else "its MD5 is not the one listed"
    try:
        seconds = probe(path).seconds
    except Rejected as error:
        return str(error)
    apart = abs(seconds - sound["duration"])
    return f"it lasts {seconds:.2f} s, not {sound['duration']:.2f} s" if apart > _slack(sound) else ""


def _slack(sound: Sound) -> float:
    return SLACK_SECONDS + SLACK * float(sound["duration"])


def _known(root: Path) -> dict[str, dict[str, str]]:
    path = root / FETCHED
    known = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        try:
            note = json.loads(line)
            known[note["file"]] = note
        except (ValueError, KeyError, TypeError):
            continue  # a line that a killed run left half written: its sound is fetched again
    return known


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, text: str) -> None:
    with replaced_file(path) as new:
        new.write_text(text, encoding="utf-8")
