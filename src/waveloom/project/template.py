"""The files from which a project is made: those of this repository, which the wheel contains as `waveloom/template`."""

from pathlib import Path

import waveloom

PACKAGE_FOLDER = Path(waveloom.__file__).parent
COPIED = (".dvcignore", ".gitignore", ".telemetry", ".inputs/.gitignore", "opinions.json", "params.yaml")
CONFIGURATION = ("conf/logging.yml", "conf/base/*.yml", "conf/recipes/*.yml")  # presets stay in the package


def template() -> Path:
    """Return the folder of the template: in the package, or the repository of an editable installation."""
    packaged = PACKAGE_FOLDER / "template"
    return packaged if packaged.is_dir() else PACKAGE_FOLDER.parents[1]


def project_files() -> list[str]:
    """List the files that a new project gets, relative to the template."""
    root = template()
    matching = (path for pattern in CONFIGURATION for path in root.glob(pattern))
    return [*COPIED, *sorted(path.relative_to(root).as_posix() for path in matching)]


def presets(project: Path) -> dict[str, Path]:
    """Map the name of each preset to its file: those of the package, and those of the project's conf/, which win."""
    found = {file.parent.name: file for root in (template(), project) for file in root.glob("conf/*/params.yaml")}
    return dict(sorted(found.items()))
