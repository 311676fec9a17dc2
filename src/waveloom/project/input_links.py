"""Links to the files outside the pipeline that its stages read, so that DVC sees when these change.

dvc.yaml names fixed paths, and where the corpus lies is a parameter. So `.inputs/` holds a link to each such file or
folder, made anew by the stage `inputs` whenever the parameters change, and stages depend on these links. DVC compares
what they lead to by content (MD5), which is the same on every machine; it reads a file again only if its size, time or
inode changed. Where an input is not used or does not exist, a short text file takes the place of the link. Beside the
links are the few parameters that a stage takes from another stage's section.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from waveloom.classification.config import Classify
from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_file, temporary_name
from waveloom.execution.main_checkout import located
from waveloom.ingest.config import Ingest, load_corpus
from waveloom.training.config import Train

FOLDER = Path(".inputs")
READ_BY = {  # stage: its links
    "ingest": ("corpus", "soundfont"),
    "prepare": ("corpus",),
    "train": ("recipe", "start_from"),
    "classify": ("augment_with",),
}
# Parameters that a stage takes from other sections; not parameters in dvc.yaml, since DVC refuses an absent key.
SINGLE_PARAMETERS = {
    "ingest": ("prepare.channel", "prepare.rate_hz", "prepare.silence_db"),
    "classify": ("ingest.silence_db",),
}
NAMES = tuple(sorted({name for names in READ_BY.values() for name in names}))
REMOTE = ("runs:/", "models:/", "dvc:")  # values of train.start_from that are no path


def paths(ingest: Ingest, train: Train, classify: Classify) -> dict[str, str]:
    """Give the path behind each link as the parameters name it; empty where there is none."""
    start = "" if train.start_from.startswith(REMOTE) else train.start_from
    own = {"recipe": f"conf/recipes/{train.recipe}.yml", "start_from": start, "augment_with": classify.augment_with}
    return {**dict.fromkeys(NAMES, ""), **_files_read(*load_corpus(ingest)), **own}


def link(project: Path, wanted: dict[str, str]) -> None:
    """Make the links that differ from `wanted`, a path by link name, and have DVC ignore what it cannot read."""
    (project / FOLDER).mkdir(exist_ok=True)
    for name, path in wanted.items():
        target = _target(project, path)
        if not _is_right(project / FOLDER / name, target):
            _make(project / FOLDER / name, target)
    ignored = "".join(f"{pattern}\n" for name in sorted(wanted) for pattern in _unreadable(project / FOLDER / name))
    record = json.dumps(wanted, indent=2, sort_keys=True)  # if dvc.lock has another, DVC runs `inputs` again
    for name, text in ((".dvcignore", ignored), ("links.json", record)):
        with replaced_file(project / FOLDER / name) as file:
            file.write_text(text, encoding="utf-8")


def write_single_parameters(project: Path, sections: Mapping[str, Any]) -> None:
    """Write the values of `SINGLE_PARAMETERS`, a file for each stage, from the checked `sections` of params.yaml."""
    for stage, names in SINGLE_PARAMETERS.items():
        values = {name: getattr(sections[name.split(".")[0]], name.split(".")[1]) for name in names}
        with replaced_file(project / FOLDER / parameters_file(stage)) as file:
            file.write_text(json.dumps(values, indent=2), encoding="utf-8")


def parameters_file(stage: str) -> str:
    """Name the file of the parameters that a stage takes from other sections."""
    return f"{stage}_parameters.json"


def _unreadable(folder: Path) -> list[str]:
    """List, as patterns of .dvcignore, what DVC stops or hangs at: broken links, pipes, devices, names not in UTF-8.

    Ingest gives each of them a row with its reason.
    """
    found = ((parent, name) for parent, _, files in os.walk(folder) for name in files)
    paths = (os.path.join(parent, name) for parent, name in found)
    return sorted(_pattern(os.path.relpath(path, folder.parent)) for path in paths if not _can_be_read(path))


def _can_be_read(path: str) -> bool:
    return path.isprintable() and os.path.isfile(path) and os.access(path, os.R_OK)


def _pattern(path: str) -> str:
    """Write a path as a pattern for it alone; an unprintable byte matches any unprintable one."""
    escaped = re.sub(r"([\\*?\[\]#! ])", r"\\\1", path)
    return "/" + "".join(sign if sign.isprintable() else "[!\x20-\x7e]" for sign in escaped)


def _files_read(module: ModuleType, options: Any) -> dict[str, str]:
    if hasattr(module, "files_read"):
        return dict(module.files_read(options))
    return {"corpus": options.root} if hasattr(options, "root") else {}


def _target(project: Path, path: str) -> str:
    """Say what a link holds: relative within the project, so that the project can be moved; empty for no link."""
    found = located(path, project)
    if not path or not (found.is_file() or found.is_dir()):
        return ""
    absolute, root = os.path.abspath(found), os.path.abspath(project)
    below = Path(absolute).is_relative_to(root)
    return os.path.relpath(absolute, Path(root, FOLDER)) if below else absolute


def _is_right(place: Path, target: str) -> bool:
    return os.readlink(place) == target if place.is_symlink() else not target and place.is_file()


def _make(place: Path, target: str) -> None:
    temporary = temporary_name(place)
    try:
        if target:
            temporary.symlink_to(target)
        else:
            temporary.write_text("Nothing is read here.\n")
        temporary.replace(place)
    except OSError as problem:
        raise InputError(
            f"{place} cannot be made a link to {target or 'nothing'} ({problem}); DVC needs it to see changes. "
            "Is the folder writable, and does the system allow links?"
        ) from problem
    finally:
        temporary.unlink(missing_ok=True)
