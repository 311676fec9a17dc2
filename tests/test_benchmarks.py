import ast
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def imported_names(file: Path) -> list[tuple[str, str]]:
    nodes = (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom))
    own = [node for node in nodes if (node.module or "").split(".")[0] == "waveloom"]
    return [(str(node.module), alias.name) for node in own for alias in node.names]


def exists(module: str, name: str) -> bool:
    if hasattr(import_module(module), name):
        return True
    try:
        return bool(import_module(f"{module}.{name}"))
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("file", sorted((ROOT / "benchmarks").rglob("*.py")), ids=lambda file: file.stem)
def test_a_benchmark_imports_only_what_the_package_has(file):
    assert not [f"{module}.{name}" for module, name in imported_names(file) if not exists(module, name)]
