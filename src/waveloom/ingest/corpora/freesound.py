"""Sounds searched for and fetched from Freesound, each with its author and licence.

The first run searches and fetches. What is here is not fetched again, and a search that is listed is not made again:
the same sounds are read, without a network and a key, until `sounds.json` is deleted or the search changes.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.execution.main_checkout import in_main_checkout
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._freesound_store import (
    Listing,
    Sound,
    attribution,
    description,
    fetch_missing,
    left_out,
    licence,
    path_of,
    read_listing,
    write_listing,
    write_thanks,
)

if TYPE_CHECKING:
    from waveloom.ingest.corpora._freesound_api import Freesound

log = logging.getLogger(__name__)

FIELDS = "id,name,username,license,duration,type,md5,previews,tags,description"
NAMES = {  # as the filter `license` spells them; the site has had both spellings of the last
    "CC0": ("Creative Commons 0",),
    "CC-BY": ("Attribution",),
    "CC-BY-NC": ("Attribution NonCommercial", "Attribution Noncommercial"),
}

Positive = Annotated[float, Field(gt=0)]


@checked_dataclass
class Search:
    """What one label means: words to search for, tags that all must be there, and any filter of the API besides."""

    query: str = ""
    tags: tuple[Annotated[str, Field(pattern=r'^[^"\\]+$')], ...] = ()
    filter: str = ""


@checked_dataclass
class Config:
    """Which sounds; without `labels` those that were fetched before.

    `group` says what must stay together: the sounds of one user, who tends to record alike, or each sound by itself.
    """

    root: str = "data/00_external/freesound"
    labels: dict[str, Search] = field(default_factory=dict)
    licences: tuple[Literal["CC0", "CC-BY", "CC-BY-NC"], ...] = ("CC0", "CC-BY")
    min_seconds: Positive = 0.2
    max_seconds: Positive = 30.0
    limit: Annotated[int, Field(ge=1, le=10_000)] = 100  # sounds a label
    sort: Literal["score", "rating_desc", "downloads_desc", "created_asc", "created_desc"] = "score"
    file: Literal["preview-hq-ogg", "preview-lq-ogg", "preview-hq-mp3", "preview-lq-mp3", "original"] = "preview-hq-ogg"
    group: Literal["user", "sound"] = "user"
    server: str = "https://freesound.org"
    requests_a_minute: Positive = 60.0  # what the API allows


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Search and fetch what is not here yet, then give each sound that was listed, label by label, as listed."""
    root = in_main_checkout(config.root, base)
    listing = fetch(config, root) if config.labels else read_listing(root)
    if not listing:
        raise InputError(
            f"ingest.options.labels names no search and {root} holds no sounds; give labels, such as "
            '{dog: {query: "dog bark"}}.'
        )
    reasons = left_out(root)
    for label, found in listing.items():
        for sound in found["sounds"]:
            yield _recording(label, sound, root, config, reasons)


def fetch(config: Config, root: Path, api: "Freesound | None" = None) -> Listing:
    """Make the searches that were not made yet, fetch the sounds that are not here, and say whom to thank."""
    asked = {label: _asked(search, config) for label, search in config.labels.items()}
    known = read_listing(root)
    missing = {label: query for label, query in asked.items() if not _is_known(query, known.get(label, {}))}
    connect = cache(lambda: api or _connect(config))
    for label, query in missing.items():
        sounds = connect().search(
            {key: value for key, value in query.items() if key not in {"file", "limit"}}, config.limit
        )
        if not sounds:
            raise InputError(f"Freesound has no sound for ingest.options.labels.{label}: {query}. Widen the search.")
        log.info("%s: %d sounds found.", label, len(sounds))
        known[label] = {"asked": query, "sounds": [_listed(sound, config) for sound in sounds]}
        write_listing(root, known)
    listing = {label: known[label] for label in asked}
    sounds = [sound for found in listing.values() for sound in found["sounds"]]
    fetch_missing(root, sounds, connect)
    write_thanks(root, sounds)
    return listing


def _is_known(query: Mapping[str, str], found: Mapping[str, Any]) -> bool:
    """Whether a search was made, whatever fields of its answer were kept then: earlier ones had no description."""
    return {**found.get("asked", {}), "fields": FIELDS} == query


def _connect(config: Config) -> "Freesound":
    from waveloom.ingest.corpora._freesound_api import Freesound

    return Freesound(config.server, config.requests_a_minute)


def _asked(search: Search, config: Config) -> dict[str, str]:
    names = " OR ".join(f'"{name}"' for licence in config.licences for name in NAMES[licence])
    parts = [f"duration:[{config.min_seconds:g} TO {config.max_seconds:g}]", f"license:({names})" if names else ""]
    parts += [f'tag:"{tag}"' for tag in search.tags] + [search.filter]
    filters = " ".join(filter(None, parts))
    kept = {"file": config.file, "limit": str(config.limit)}
    return {"query": search.query, "filter": filters, "sort": config.sort, "fields": FIELDS, **kept}


def _listed(sound: Mapping[str, Any], config: Config) -> Sound:
    """Keep of a result what is needed to fetch, check and credit it."""
    original = config.file == "original"
    try:
        kept = {key: sound[key] for key in ("id", "name", "username", "license", "duration", "md5")}
        preview = "" if original else sound["previews"][config.file]
        kept |= {key: sound.get(key) or empty for key, empty in (("tags", []), ("description", ""))}
        return {**kept, "preview": preview, "suffix": sound["type"] if original else config.file[-3:]}
    except (KeyError, TypeError) as error:
        raise InputError(f"Freesound's answer lacks {error}; its API may have changed.") from None


def _recording(label: str, sound: Sound, root: Path, config: Config, reasons: Mapping[str, str]) -> Recording:
    path = path_of(root, sound)
    reason = reasons.get(path.name, "")
    return Recording(
        name=f"{label}/{path.name}",
        path=path,
        label=label,
        group=f"user {sound['username']}" if config.group == "user" else f"sound {sound['id']}",
        licence=licence(sound),
        attribution=attribution(sound),
        description=description(sound),
        reason=f"not fetched: {reason}" if reason else "",
    )
