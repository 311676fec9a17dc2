"""No plug-in imports another plug-in of its folder; a new file or folder is tested without a change here."""

import ast
from pathlib import Path

import pytest

import waveloom

ROOT = Path(waveloom.__file__).parent
FOLDERS = sorted(
    file.parent
    for file in ROOT.rglob("__init__.py")
    if (ast.get_docstring(ast.parse(file.read_text())) or "").startswith("PLUG-IN.")
)


def imported(file: Path) -> set[str]:
    """Names of all modules that a file imports, and of all names it imports from them."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_plugin_imports_another_of_its_folder(folder):
    package = ".".join(("waveloom", *folder.relative_to(ROOT).parts))
    plugins = {file.stem: file for file in folder.glob("*.py") if not file.stem.startswith("_")}
    for name, file in plugins.items():
        others = {f"{package}.{other}" for other in plugins if other != name}
        assert not imported(file) & others, f"{name} imports a plug-in; move what they share to a file named _*.py"


def test_every_plugin_folder_is_found():
    assert {"corpora", "groups", "representations", "generators", "metrics", "classifiers"} <= {f.name for f in FOLDERS}
