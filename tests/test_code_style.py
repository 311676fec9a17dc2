import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src/waveloom"
FILES = sorted(PACKAGE.rglob("*.py"))
AT_THE_ROOT = {"__init__.py", "__main__.py", "settings.py", "hooks.py", "pipeline_registry.py"}
PRIVATE_WORDS = re.compile(r"\b(heard|said|aside|twins|strayed|woven|kin|foretell|crew)\b", re.IGNORECASE)
LONGEST = 40  # lines of a function


def test_the_root_of_the_package_holds_only_what_kedro_and_python_require():
    assert {file.name for file in PACKAGE.glob("*.py")} == AT_THE_ROOT


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_a_module_uses_no_private_vocabulary(file):
    allowed = {"woven"} if file.name == "loom.py" else set()
    found = {word.lower() for word in PRIVATE_WORDS.findall(file.read_text())} - allowed
    assert not found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_no_function_is_longer_than_a_page(file):
    functions = (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef))
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST}
