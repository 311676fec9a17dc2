"""The doctor with all parameters of a project: the corpus itself, memory, and what later stages would omit."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from waveloom.config.errors import InputError
from waveloom.ingest.doctor.examine import Examination, examine_corpus
from waveloom.ingest.doctor.finding import Finding
from waveloom.ingest.doctor.suggestions import suggestions
from waveloom.project.doctor_target import ProjectTarget
from waveloom.project.expected_omissions import expected_omissions
from waveloom.project.memory_check import check_memory


def examine(target: ProjectTarget, headers_only: bool) -> Examination:
    """Examine a corpus with the parameters of all stages, without changing a file; suggest better parameters."""
    omissions = partial(expected_omissions, target=target)
    examination = examine_corpus(target, headers_only, _memory_findings(target), omissions)
    folds = {"classify.folds": target.classify.folds, "evaluate.folds": target.evaluate.folds}
    suggested = suggestions(examination.facts, target.prepare, folds) if examination.facts.accepted else []
    return replace(examination, suggestions=suggested)


def suggested_tree(target: ProjectTarget, examination: Examination) -> dict[str, Any]:
    """Return the values for params.yaml by which the project uses this corpus, with the suggested parameters."""
    tree: dict[str, Any] = {"ingest": {"corpus": target.ingest.corpus, "options": dict(target.ingest.options)}}
    for found in examination.suggestions:
        section, _, name = found.name.partition(".")
        tree.setdefault(section, {})[name] = found.value
    return tree


def _memory_findings(target: ProjectTarget) -> Iterator[Finding]:
    """Name the parameter that needs more memory than there is; every stage checks that first."""
    try:
        check_memory(target.parameters)
    except InputError as error:
        yield Finding("stop", str(error), 1, "Every stage would stop here.")
