"""The examples of CONTRIBUTING.md pass the contract tests of their folders in a scratch copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = re.compile(r"^`src/waveloom/([\w/]+\.py)`:\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = {Path(name): code for name, code in EXAMPLE.findall((ROOT / "CONTRIBUTING.md").read_text())}


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the package and its tests, to which the examples are added."""
    folder = tmp_path_factory.mktemp("copy")
    for part in ("src", "tests", "conf"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name, code in EXAMPLES.items():
        (folder / "src/waveloom" / name).write_text(code)
    return folder


def run(folder: Path, *command: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_there_is_an_example_of_a_metric_a_corpus_and_a_generator():
    assert {name.parent.name for name in EXAMPLES} == {"metrics", "corpora", "generators"}


@pytest.mark.parametrize("name", EXAMPLES, ids=lambda name: name.stem)
def test_an_example_passes_the_contract_test_of_its_folder(name, copy):
    result = run(copy, "pytest", f"tests/{name.parent}/test_contract.py", "-k", name.stem)
    assert result.returncode == 0, result.stdout[-3000:]
    assert re.search(r"\d passed", result.stdout)


@pytest.mark.parametrize("name", EXAMPLES, ids=lambda name: name.stem)
def test_an_example_is_short_and_keeps_the_style_of_the_project(name, copy):
    path = copy / "src/waveloom" / name
    assert len([line for line in EXAMPLES[name].splitlines() if line.strip()]) <= 25
    for command in (["check", "-q"], ["format", "-q", "--check"]):
        result = run(copy, "ruff", *command, str(path))
        assert result.returncode == 0, result.stdout
