"""Adds to a project of one's own what a later version of Waveloom has more of, and changes nothing in it."""

import shutil
from io import StringIO
from pathlib import Path

from waveloom.execution.atomic_folder import replaced_file
from waveloom.project.template import project_files, template

CATALOG = "conf/base/catalog.yml"


def add_missing(project: Path) -> list[str]:
    """Copy files that the template has and the project lacks, and append datasets to its catalog; list both."""
    added = [name for name in project_files() if not (project / name).exists()]
    for name in added:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(template() / name, project / name)
    return [*added, *_add_datasets(project / CATALOG)]


def _add_datasets(catalog: Path) -> list[str]:
    from ruamel.yaml import YAML

    yaml = YAML()
    newest, present = yaml.load(template() / CATALOG), YAML(typ="safe").load(catalog) or {}
    missing = [name for name in newest if name not in present]
    if missing:
        for name in [name for name in newest if name in present]:
            del newest[name]
        entries = StringIO()
        yaml.dump(newest, entries)
        with replaced_file(catalog) as file:
            file.write_text(f"{catalog.read_text(encoding='utf-8').rstrip()}\n\n{entries.getvalue()}", encoding="utf-8")
    return [f"{name} in {CATALOG}" for name in missing]
