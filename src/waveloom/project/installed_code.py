"""The version of an installed package and digests of its code, on which the stages of a project of one's own depend.

In the repository of Waveloom, stages depend on the source files. Elsewhere the package is installed, at another path
on each machine, so the stages depend on the values of conf/waveloom.yml, which `waveloom sync` writes. A later version
is used once they are written again; until then a stage that DVC starts stops with an error.
"""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Any

from waveloom.config.errors import InputError
from waveloom.execution.code_digest import code_digest
from waveloom.project.code_dependencies import PACKAGE, code_dependencies
from waveloom.project.template import PACKAGE_FOLDER

FILE = "conf/waveloom.yml"
CODE = ("**/*.py", "**/*.html.j2", "**/*.js")
HEADER = """\
# Written by `waveloom sync`: the installed version of Waveloom, a digest of all its code, and one of the code that
# each stage runs. After an upgrade run `waveloom sync`: stages whose code changed are then out of date.
"""


def has_source(project: Path) -> bool:
    """Whether the project is a repository of Waveloom, whose stages depend on the source files in it."""
    return (project / "src" / PACKAGE).is_dir()


def installed_code(modules: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Return the content of conf/waveloom.yml; `modules` are those that each stage imports."""
    return {
        "version": version(PACKAGE),
        "code": code_digest(PACKAGE_FOLDER, CODE),
        "stages": {stage: _stage_digest(set(names)) for stage, names in sorted(modules.items())},
    }


def _stage_digest(modules: set[str]) -> str:
    """Digest the files that `modules` import, by names below the package, which are the same on every machine."""
    source = PACKAGE_FOLDER.parent
    names = [Path(name).relative_to(source.name) for name in code_dependencies(source, modules)]
    folders = [name for name in names if (source / name).is_dir()]
    patterns = [f"{folder.as_posix()}/{pattern}" for folder in folders for pattern in CODE]
    return code_digest(source, [*patterns, *(name.as_posix() for name in names if name not in folders)])


def installed_code_text(content: Mapping[str, Any]) -> str:
    """Format the content of conf/waveloom.yml."""
    from ruamel.yaml import YAML

    text = StringIO()
    YAML().dump(dict(content), text)
    return HEADER + text.getvalue()


def check_installed_code(project: Path) -> None:
    """Raise an InputError if conf/waveloom.yml is not of the installed package; do nothing in a repository of it."""
    from waveloom.project.params import load

    if has_source(project):
        return
    recorded = load(project / FILE) if (project / FILE).is_file() else {}
    if recorded.get("code") != code_digest(PACKAGE_FOLDER, CODE):
        raise InputError(
            f"{FILE} is of Waveloom {recorded.get('version', '(no version)')}, and the code of the installed version "
            f"{version(PACKAGE)} is another. Run `waveloom sync`, which makes the stages out of date whose code "
            f"changed, and then `dvc repro`; or install the former version."
        )
