"""Checks of the domains and pairs that a corpus gives."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from unicodedata import normalize

from waveloom.config.errors import InputError
from waveloom.ingest.corpora import Recording


def checked_domains(recordings: Iterable[Recording], where: str, way_out: str) -> Iterator[Recording]:
    """Yield recordings in order, rejected if they have a pair and no counterpart in another domain.

    InputError if fewer than two domains have a recording that can be read; `where` names the corpus, and `way_out` says
    how a domain is given.
    """
    found = list(recordings)
    domains: dict[str, set[str]] = defaultdict(set)  # of each pair; of recordings without a pair under an empty text
    for recording in found:
        if not recording.reason and recording.domain:
            domains[recording.pair].add(recording.domain)
    named = sorted(set().union(*domains.values()))
    if len(named) < 2:
        have = f"in one domain only, {named[0]!r}" if named else "in no domain"
        raise InputError(f"{where} has usable sounds {have}; a translation needs two domains. {way_out}")
    for recording in found:
        yield recording if len(domains[recording.pair]) > 1 or not recording.pair else _without_counterpart(recording)


def check_no_empty_domain(recordings: Iterable[Recording], folders: Iterable[str], where: str) -> Iterator[Recording]:
    """Yield recordings in order; InputError if one of the `folders` below the root is a domain without sounds.

    Only where domains are folders directly below the root: other folders may surround them.
    """
    found = list(recordings)
    usable = {recording.domain for recording in found if not recording.reason}
    at_root = {normalize("NFC", recording.name.partition("/")[0]) for recording in found if recording.domain} == usable
    for folder in folders if at_root else ():
        if normalize("NFC", folder) not in usable:
            raise InputError(f"The domain {folder!r} of {where} has no sounds. Put some there, or remove the folder.")
    yield from found


def _without_counterpart(recording: Recording) -> Recording:
    if recording.reason:
        return recording
    return replace(recording, reason=f"no counterpart: no other domain has a sound of the pair {recording.pair}")
