"""The doctor's visit: survey, divide, count, judge."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from waveloom.config.errors import InputError
from waveloom.ingest.corpora._tree import Folder
from waveloom.ingest.doctor.expected_omissions import expected_omissions
from waveloom.ingest.doctor.facts import Facts, facts
from waveloom.ingest.doctor.findings import Finding, findings, gravest_first
from waveloom.ingest.doctor.headers import survey_headers
from waveloom.ingest.doctor.target import Target
from waveloom.ingest.provenance import check_licences
from waveloom.ingest.recordings import Ingest, check_accepted, compared, corpus, divided
from waveloom.project.memory_check import check_memory

WALKED = {"folder", "pattern", "lists"}  # corpora that take every sound below a folder


@dataclass(frozen=True)
class Visit:
    """What was looked at (`headers` alone, or `decoded`), what it is, and what to do about it."""

    target: str
    corpus: str
    depth: str
    facts: Facts
    findings: list[Finding]

    def plain(self) -> dict[str, Any]:
        """Give all of it as JSON has it."""
        return asdict(self)


def examine(target: Target, headers_only: bool) -> Visit:
    """Look at every sound as ingest would, and change nothing."""
    table = _survey(target, headers_only)
    if table.empty:
        raise InputError(f"The corpus {target.ingest.corpus!r} gives no recordings; widen ingest.options.")
    stops = list(_too_large(target))
    try:
        check_accepted(table, target.ingest)
        check_licences(table, target.ingest.licences)
        table = divided(table, target.ingest)
    except InputError as error:
        stops.append(Finding("stop", str(error), len(table), "ingest would stop here."))
    else:
        stops += expected_omissions(table, target)
    known = facts(table, other_files(target))
    depth = "headers" if headers_only else "decoded"
    found = [*stops, *findings(table, known, target.prepare)]
    return Visit(target.name, target.ingest.corpus, depth, known, gravest_first(found))


def _too_large(target: Target) -> Iterator[Finding]:
    """Say which parameter asks for more memory than there is; every stage looks at that first."""
    try:
        check_memory(target.parameters)
    except InputError as error:
        yield Finding("stop", str(error), 1, "Every stage would stop here.")


def other_files(target: Target) -> dict[str, int]:
    """Count, by suffix, the files of a corpus's folder that are no sounds and have no row."""
    if target.ingest.corpus not in WALKED:
        return {}
    _, options = corpus(target.ingest)
    return Folder.of(options.root, target.base).others()


def _survey(target: Target, headers_only: bool) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as made:
        module, options = corpus(_apart(target.ingest, Path(made)))
        found = module.recordings(options, target.base)
        if headers_only:
            return pd.DataFrame(survey_headers(found, target.ingest))
        return compared(found, target.ingest, Path(made, "sounds"), prepare=target.prepare)


def _apart(rules: Ingest, folder: Path) -> Ingest:
    """Have an archive unpacked below `folder` and not in the project, where it would stay."""
    return replace(rules, options={**rules.options, "store": str(folder)}) if rules.corpus == "archive" else rules
