"""Examination of a corpus: inspect the recordings, divide them, count them, and report findings."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from waveloom.config.errors import InputError
from waveloom.ingest.config import Ingest, load_corpus
from waveloom.ingest.corpora._folder_tree import Folder
from waveloom.ingest.doctor.facts import Facts, facts
from waveloom.ingest.doctor.finding import Finding, most_serious_first
from waveloom.ingest.doctor.findings import findings
from waveloom.ingest.doctor.headers import header_rows
from waveloom.ingest.doctor.pair_findings import pair_findings
from waveloom.ingest.doctor.suggestions import Suggestion
from waveloom.ingest.inspection import Inspection
from waveloom.ingest.provenance import check_licences
from waveloom.ingest.recordings import check_accepted, recordings_table, with_splits
from waveloom.preparation.config import Prepare

FOLDER_CORPORA = {"folder", "pattern", "lists"}  # take every sound below a folder


@dataclass(frozen=True)
class Target:
    """A corpus, and the parameters it is examined with; its relative paths start at `base`."""

    name: str
    ingest: Ingest
    prepare: Prepare
    base: Path


@dataclass(frozen=True)
class Examination:
    """What was examined, by `depth` "headers" or "decoded", with its facts and findings."""

    target: str
    corpus: str
    depth: str
    facts: Facts
    findings: list[Finding]
    suggestions: list[Suggestion] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return all fields as JSON values."""
        return asdict(self)


def examine_corpus(
    target: Target,
    headers_only: bool,
    parameter_findings: Iterable[Finding] = (),
    omissions: Callable[[pd.DataFrame], Iterable[Finding]] = lambda _: (),
) -> Examination:
    """Inspect every sound as ingest would, without changing a file; InputError if there are no recordings.

    `parameter_findings` come before those of the corpus; `omissions` gives what later stages would omit of the table of
    recordings, whose splits are assigned.
    """
    table = _table(target, headers_only)
    if table.empty:
        raise InputError(f"The corpus {target.ingest.corpus!r} gives no recordings; widen ingest.options.")
    found = list(parameter_findings)
    try:
        check_accepted(table, target.ingest)
        check_licences(table, target.ingest.licences)
        table = with_splits(table, target.ingest)
    except InputError as error:
        found.append(Finding("stop", str(error), len(table), "ingest would stop here."))
    else:
        found += omissions(table)
    corpus_facts = facts(table, other_files(target))
    depth = "headers" if headers_only else "decoded"
    found += [*findings(table, corpus_facts, target.prepare), *pair_findings(table, target.prepare)]
    return Examination(target.name, target.ingest.corpus, depth, corpus_facts, most_serious_first(found))


def other_files(target: Target) -> dict[str, int]:
    """Count, by suffix, the files of a corpus's folder that are no sounds and have no row."""
    if target.ingest.corpus not in FOLDER_CORPORA:
        return {}
    _, options = load_corpus(target.ingest)
    return Folder.of(options.root, target.base).other_files()


def _table(target: Target, headers_only: bool) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as temporary:
        module, options = load_corpus(_unpacked_into(target.ingest, Path(temporary)))
        recordings = module.recordings(options, target.base)
        if headers_only:
            return pd.DataFrame(header_rows(recordings, target.ingest))
        fingerprints = target.ingest.near_duplicates != "none"
        inspection = Inspection(target.ingest, Path(temporary, "sounds"), fingerprints, target.prepare)
        return recordings_table(recordings, inspection)


def _unpacked_into(config: Ingest, folder: Path) -> Ingest:
    """Have an archive unpacked below `folder` instead of in the project, where it would stay."""
    if config.corpus != "archive":
        return config
    return replace(config, options={**config.options, "store": str(folder)})
