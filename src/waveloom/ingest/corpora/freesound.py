"""Searches Freesound and downloads the results, each with its author and licence.

The first run searches and downloads. Later runs read the same files, without a network or a key, until `sounds.json` is
deleted or the search changes.
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
    failed_downloads,
    fetch_missing,
    licence,
    path_of,
    read_listing,
    write_attribution,
    write_listing,
)

if TYPE_CHECKING:
    from waveloom.ingest.corpora._freesound_api import Freesound

log = logging.getLogger(__name__)

FIELDS = "id,name,username,license,duration,type,md5,previews,tags,description"
LICENCE_NAMES = {  # values of the filter `license`; the site has used both spellings of the last
    "CC0": ("Creative Commons 0",),
    "CC-BY": ("Attribution",),
    "CC-BY-NC": ("Attribution NonCommercial", "Attribution Noncommercial"),
}

Positive = Annotated[float, Field(gt=0)]


@checked_dataclass
class Search:
    """The search for one label: words, tags that a sound must all have, and any further filter of the API."""

    query: str = ""
    tags: tuple[Annotated[str, Field(pattern=r'^[^"\\]+$')], ...] = ()
    filter: str = ""


@checked_dataclass
class Config:
    """Which sounds are searched; without `labels`, those that are already downloaded.

    `group` sets what must not be divided between splits: the sounds of one user, which tend to be similar, or nothing.
    """

    root: str = "data/00_external/freesound"
    labels: dict[str, Search] = field(default_factory=dict)
    licences: tuple[Literal["CC0", "CC-BY", "CC-BY-NC"], ...] = ("CC0", "CC-BY")
    min_seconds: Positive = 0.2
    max_seconds: Positive = 30.0
    limit: Annotated[int, Field(ge=1, le=10_000)] = 100  # sounds per label
    sort: Literal["score", "rating_desc", "downloads_desc", "created_asc", "created_desc"] = "score"
    file: Literal["preview-hq-ogg", "preview-lq-ogg", "preview-hq-mp3", "preview-lq-mp3", "original"] = "preview-hq-ogg"
    group: Literal["user", "sound"] = "user"
    server: str = "https://freesound.org"
    requests_a_minute: Positive = 60.0  # the API's limit


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Search and download what is missing, then yield the results label by label, in the order of the search."""
    root = in_main_checkout(config.root, base)
    listing = fetch(config, root) if config.labels else read_listing(root)
    if not listing:
        raise InputError(
            f"ingest.options.labels names no search and {root} holds no sounds; give labels, such as "
            '{dog: {query: "dog bark"}}.'
        )
    reasons = failed_downloads(root)
    for label, results in listing.items():
        for sound in results["sounds"]:
            yield _recording(label, sound, root, config, reasons)


def fetch(config: Config, root: Path, api: "Freesound | None" = None) -> Listing:
    """Make new searches, download missing sounds, and write the attribution file."""
    queries = {label: _query(search, config) for label, search in config.labels.items()}
    listing = read_listing(root)
    missing = {label: query for label, query in queries.items() if not _is_listed(query, listing.get(label, {}))}
    connect = cache(lambda: api or _connect(config))
    for label, query in missing.items():
        sounds = connect().search(
            {key: value for key, value in query.items() if key not in {"file", "limit"}}, config.limit
        )
        if not sounds:
            raise InputError(f"Freesound has no sound for ingest.options.labels.{label}: {query}. Widen the search.")
        log.info("%s: %d sounds found.", label, len(sounds))
        listing[label] = {"asked": query, "sounds": [_result(sound, config) for sound in sounds]}
        write_listing(root, listing)
    current = {label: listing[label] for label in queries}
    sounds = [sound for results in current.values() for sound in results["sounds"]]
    fetch_missing(root, sounds, connect)
    write_attribution(root, sounds)
    return current


def _is_listed(query: Mapping[str, str], results: Mapping[str, Any]) -> bool:
    """Whether the results are those of this search; earlier versions requested fewer fields."""
    return {**results.get("asked", {}), "fields": FIELDS} == query


def _connect(config: Config) -> "Freesound":
    from waveloom.ingest.corpora._freesound_api import Freesound

    return Freesound(config.server, config.requests_a_minute)


def _query(search: Search, config: Config) -> dict[str, str]:
    names = " OR ".join(f'"{name}"' for licence in config.licences for name in LICENCE_NAMES[licence])
    parts = [f"duration:[{config.min_seconds:g} TO {config.max_seconds:g}]", f"license:({names})" if names else ""]
    parts += [f'tag:"{tag}"' for tag in search.tags] + [search.filter]
    filters = " ".join(filter(None, parts))
    local = {"file": config.file, "limit": str(config.limit)}  # not sent to Freesound
    return {"query": search.query, "filter": filters, "sort": config.sort, "fields": FIELDS, **local}


def _result(sound: Mapping[str, Any], config: Config) -> Sound:
    """Select the fields of a result that download, check and attribution need."""
    original = config.file == "original"
    try:
        fields = {key: sound[key] for key in ("id", "name", "username", "license", "duration", "md5")}
        preview = "" if original else sound["previews"][config.file]
        fields |= {key: sound.get(key) or empty for key, empty in (("tags", []), ("description", ""))}
        return {**fields, "preview": preview, "suffix": sound["type"] if original else config.file[-3:]}
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
