"""The page of hostile inputs."""

import re
import tempfile
from pathlib import Path
from platform import python_version_tuple

import soundfile

from tests.hostile import Case, collections

PAGE = Path(__file__).parents[2] / "docs/reference/hostile-inputs.md"
PYTHON = ".".join(python_version_tuple()[:2])
MADE_WITH = f"Made with libsndfile {soundfile.__libsndfile_version__} and Python {PYTHON}."
HEAD = """# Hostile inputs

Written by `python -m tests.hostile`; a test runs every input again and compares. Untrusted files are read by another
process under limits of memory, computing time and waiting time (`src/waveloom/audio/decoder_pool.py`); headers are
checked before memory is allocated. Every input has exactly one outcome: it is accepted, rejected with its reason, or
stops the run with one sentence. A file that crashes, hangs or exhausts the reading process costs that process and its
own row: `decoder crashed`, `decoder took longer than 60 s`, `decoder ran out of memory`. None of these inputs does any
of the three. In addition, each run of the tests reads 2,000 mutated WAV and FLAC files
(`tests/hostile/test_mutations.py`).
"""


def render() -> str:
    """Try every case and give the page."""
    found = [(title, [(case.title, outcome(case)) for case in cases]) for title, cases in collections().items()]
    rows = [row for _, section in found for row in section]
    accepted = sum(result == "accepted" for _, result in rows)
    count = f"{len(rows)} inputs: {accepted} accepted as they are, {len(rows) - accepted} refused, none lost."
    parts = [HEAD, f"{count} {MADE_WITH}\n"]
    for title, section in found:
        lines = "\n".join(f"| {_cell(name)} | {_cell(result)} |" for name, result in section)
        parts.append(f"## {title}\n\n| input | what came out |\n|---|---|\n{lines}\n")
    return "\n".join(parts)


def outcome(case: Case) -> str:
    """Try a case in a folder of its own; remove what differs between runs."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent, "sounds")
        folder.mkdir()
        return re.sub("0x[0-9a-f]{8}", "0x…", case.attempt(folder).replace(str(folder), "…"))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
