"""The notebooks of examples/ run from top to bottom, and are stored without outputs."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook in `folder`; an error in a cell is one of the test."""
    notebook = nbformat.read(EXAMPLES / name, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    return NotebookClient(notebook, timeout=600, kernel_name="python3", resources=resources).execute()


def shown(notebook: nbformat.NotebookNode, kind: str) -> str:
    """All results of a type, such as text/html."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "\n".join(output["data"].get(kind, "") for output in outputs if "data" in output)


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.ipynb")), ids=lambda file: file.stem)
def test_a_notebook_is_stored_without_outputs(file):
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    assert not [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")]


def test_two_folders_are_scored(tmp_path):
    notebook = run("score-two-folders.ipynb", tmp_path)
    assert "kernel_distance" in shown(notebook, "text/html")
    assert "<audio" in shown(notebook, "text/html")


@pytest.mark.slow
def test_the_first_generator_makes_sounds_that_play(chain):
    notebook = run("first-generator.ipynb", chain.folder)
    assert shown(notebook, "text/html").count("<audio") >= 12
    assert "low-0010.wav" in shown(notebook, "text/plain") or "high-0010.wav" in shown(notebook, "text/plain")
