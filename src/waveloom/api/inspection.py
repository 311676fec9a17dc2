"""`waveloom.inspect`: what a collection of sounds contains, before it is used."""

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from waveloom.ingest.doctor.examine import Examination
from waveloom.ingest.doctor.facts import Facts
from waveloom.ingest.doctor.show import show
from waveloom.project.doctor import examine
from waveloom.project.doctor_target import find_target
from waveloom.project.root import find_project

_WIDTH = 120  # columns of text


@dataclass(frozen=True)
class Inspection:
    """What `waveloom doctor` finds; it prints the same tables, also in a notebook."""

    examination: Examination

    @property
    def facts(self) -> Facts:
        """Counts, rates, durations, levels, classes and licences."""
        return self.examination.facts

    @property
    def findings(self) -> pd.DataFrame:
        """What to correct, most serious first: columns weight, what, count, advice and examples."""
        columns = ["weight", "what", "count", "advice", "examples"]
        return pd.DataFrame([asdict(finding) for finding in self.examination.findings], columns=columns)

    @property
    def can_be_used(self) -> bool:
        """Whether ingest would accept the collection."""
        return all(finding.weight != "stop" for finding in self.examination.findings)

    def __str__(self) -> str:
        return self._printed().export_text()

    def __repr__(self) -> str:
        accepted = f"{self.facts.accepted} of {self.facts.files} recordings accepted"
        return f"<Inspection of {self.examination.target}: {accepted}, {len(self.examination.findings)} findings>"

    def _repr_html_(self) -> str:
        return self._printed().export_html(inline_styles=True, code_format="<pre>{code}</pre>")

    def _printed(self) -> Console:
        console = Console(record=True, file=io.StringIO(), width=_WIDTH, force_jupyter=False)
        show(self.examination, console)
        return console


def inspect(path: str | PathLike[str], *, fast: bool = False, options: Mapping[str, Any] | None = None) -> Inspection:
    """Inspect a folder, an archive, a table or a preset as `waveloom doctor` does, without changing a file.

    `fast` reads headers only. `options` are those of the corpus, as in ingest.options. Other parameters are those of
    the project around the current folder, or the defaults where there is none.
    """
    assignments = [f"{name}={value}" for name, value in (options or {}).items()]
    place = str(Path(path).expanduser()) if str(path).startswith("~") else str(path)
    return Inspection(examine(find_target(place, find_project(Path()), assignments), fast))
