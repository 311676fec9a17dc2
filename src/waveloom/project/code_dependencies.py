"""The source files on which a stage depends, found by following its imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "waveloom"
TYPED = "py.typed"  # says that the package has type hints


def code_dependencies(source: Path, modules: set[str]) -> list[str]:
    """List the files of this package that `modules` import, directly or not; a folder stands for all its files."""
    files: set[Path] = set()
    seen: set[Path] = set()
    waiting = {file for module in modules for file in _files(source, module)}
    while waiting:
        files |= {file for file in waiting if _has_code(file)}
        seen |= waiting
        waiting = {found for file in waiting for found in _imported(source, file)} - seen
    return _folded(source, files | {found for file in files for found in _data_files(file)})


def _data_files(file: Path) -> Iterator[Path]:
    """Find files in the folder of a module that it may read, such as templates."""
    files = (found for found in file.parent.iterdir() if found.is_file() and found.name != TYPED)
    return (found for found in files if not found.suffix.startswith(".py"))


def _has_code(file: Path) -> bool:
    """Whether a module holds more than a docstring; one that does not cannot change a result."""
    body = ast.parse(file.read_text()).body
    return any(not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) for node in body)


def _imported(source: Path, file: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(source, alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from _files(source, node.module, whole_package=False)
            for alias in node.names:
                yield from _files(source, f"{node.module}.{alias.name}")


def _files(source: Path, module: str, whole_package: bool = True) -> Iterator[Path]:
    """Find the file of `module` and the `__init__.py` of its parent packages.

    With `whole_package`, a package stands for all its files, since a plug-in may be any of them.
    """
    path = source.joinpath(*module.split("."))
    if module == PACKAGE or not module.startswith(f"{PACKAGE}."):
        return
    parents = (folder / "__init__.py" for folder in path.parents if source in folder.parents)
    yield from (file for file in parents if file.is_file())
    if path.with_suffix(".py").is_file():
        yield path.with_suffix(".py")
    elif path.is_dir():
        yield from (path.rglob("*.py") if whole_package else [path / "__init__.py"])


def _folded(source: Path, files: set[Path]) -> list[str]:
    """Replace the files of a folder by the folder where all of them are in `files`."""
    folders = {file.parent for file in files}
    full = {folder for folder in folders if set(filter(_has_code, folder.rglob("*.py"))) <= files}
    top = {folder for folder in full if folder.parent not in full}
    loose = {file for file in files if not any(folder in file.parents for folder in top)}
    return sorted(path.relative_to(source.parent).as_posix() for path in top | loose)
