"""The doctor with all parameters of a project: the corpus itself, memory, and what later stages would omit."""

from collections.abc import Iterator
from functools import partial

from waveloom.config.errors import InputError
from waveloom.ingest.doctor.examine import Examination, examine_corpus
from waveloom.ingest.doctor.finding import Finding
from waveloom.project.doctor_target import ProjectTarget
from waveloom.project.expected_omissions import expected_omissions
from waveloom.project.memory_check import check_memory


def examine(target: ProjectTarget, headers_only: bool) -> Examination:
    """Examine a corpus with the parameters of all stages, without changing a file."""
    return examine_corpus(target, headers_only, _memory_findings(target), partial(expected_omissions, target=target))


def _memory_findings(target: ProjectTarget) -> Iterator[Finding]:
    """Name the parameter that needs more memory than there is; every stage checks that first."""
    try:
        check_memory(target.parameters)
    except InputError as error:
        yield Finding("stop", str(error), 1, "Every stage would stop here.")
