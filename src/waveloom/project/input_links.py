"""Links to the external files that stages read, so that DVC sees when these change.

dvc.yaml names fixed paths, but the location of the corpus is a parameter. So `.inputs/` holds a link to each external
file or folder, updated by the stage `inputs` whenever the parameters change, and stages depend on these links. DVC
compares the content behind a link (MD5), which is the same on every machine; it reads a file again only if its size,
time or inode changed. An input that is not used or does not exist has a short text file instead of a link. `.inputs/`
also holds the few parameters that a stage reads from another stage's section.
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
from waveloom.execution.main_checkout import locate
from waveloom.ingest.config import Ingest, load_corpus
from waveloom.training.config import Train

FOLDER = Path(".inputs")
READ_BY = {  # stage: the links that it reads
    "ingest": ("corpus", "soundfont"),
    "prepare": ("corpus",),
    "train": ("recipe", "start_from"),
    "evaluate": ("corpus",),  # a translator translates recordings
    "classify": ("augment_with",),
}
# Parameters that a stage reads from other sections. They are not in dvc.yaml, since DVC refuses a missing key.
SINGLE_PARAMETERS = {
    "ingest": ("prepare.channel", "prepare.rate_hz", "prepare.silence_db"),
    "classify": ("ingest.silence_db",),
}
NAMES = tuple(sorted({name for names in READ_BY.values() for name in names}))
REMOTE = ("runs:/", "models:/", "dvc:")  # values of train.start_from that are not paths


def input_paths(ingest: Ingest, train: Train, classify: Classify) -> dict[str, str]:
    """Map each link to the path that the parameters name; empty if the input is not used."""
    start = "" if train.start_from.startswith(REMOTE) else train.start_from
    other = {"recipe": f"conf/recipes/{train.recipe}.yml", "start_from": start, "augment_with": classify.augment_with}
    return {**dict.fromkeys(NAMES, ""), **_files_read(*load_corpus(ingest)), **other}


def update_links(project: Path, paths: dict[str, str]) -> dict[str, Any]:
    """Create the links that differ from `paths` (link name: path), and exclude files that DVC cannot read.

    Returns what links.json records: `paths`, and the content of the files of `write_single_parameters`.
    """
    (project / FOLDER).mkdir(exist_ok=True)
    for name, path in paths.items():
        target = _target(project, path)
        if not _is_current(project / FOLDER / name, target):
            _create(project / FOLDER / name, target)
    ignored = "".join(f"{pattern}\n" for name in sorted(paths) for pattern in _unreadable(project / FOLDER / name))
    files = {stage: project / FOLDER / parameters_file(stage) for stage in SINGLE_PARAMETERS}
    parameters = {stage: json.loads(file.read_text()) for stage, file in files.items() if file.is_file()}
    record = {**paths, "parameters": parameters}  # if dvc.lock records another one, DVC runs `inputs` again
    text = json.dumps(record, indent=2, sort_keys=True)
    for name, content in ((".dvcignore", ignored), ("links.json", text)):
        with replaced_file(project / FOLDER / name) as file:
            file.write_text(content, encoding="utf-8")
    return record


def write_single_parameters(project: Path, sections: Mapping[str, Any]) -> None:
    """Write one file per stage with its `SINGLE_PARAMETERS`, taken from the checked `sections` of params.yaml."""
    (project / FOLDER).mkdir(exist_ok=True)
    for stage, names in SINGLE_PARAMETERS.items():
        values = {name: getattr(sections[name.split(".")[0]], name.split(".")[1]) for name in names}
        with replaced_file(project / FOLDER / parameters_file(stage)) as file:
            file.write_text(json.dumps(values, indent=2), encoding="utf-8")


def parameters_file(stage: str) -> str:
    """Name the file with the parameters that a stage reads from other sections."""
    return f"{stage}_parameters.json"


def _unreadable(folder: Path) -> list[str]:
    """List, as .dvcignore patterns, files at which DVC fails: broken links, pipes, devices, names not in UTF-8.

    Ingest rejects each of them in a row of its own.
    """
    entries = ((parent, name) for parent, _, files in os.walk(folder) for name in files)
    paths = (os.path.join(parent, name) for parent, name in entries)
    return sorted(_pattern(os.path.relpath(path, folder.parent)) for path in paths if not _can_be_read(path))


def _can_be_read(path: str) -> bool:
    return path.isprintable() and os.path.isfile(path) and os.access(path, os.R_OK)


def _pattern(path: str) -> str:
    """Write a path as a pattern that matches only it; an unprintable byte matches any unprintable byte."""
    escaped = re.sub(r"([\\*?\[\]#! ])", r"\\\1", path)
    return "/" + "".join(char if char.isprintable() else "[!\x20-\x7e]" for char in escaped)


def _files_read(module: ModuleType, options: Any) -> dict[str, str]:
    if hasattr(module, "files_read"):
        return dict(module.files_read(options))
    return {"corpus": options.root} if hasattr(options, "root") else {}


def _target(project: Path, path: str) -> str:
    """Return the target of a link: relative within the project, so that it can be moved; empty for no link."""
    source = locate(path, project)
    if not path or not (source.is_file() or source.is_dir()):
        return ""
    absolute, root = os.path.abspath(source), os.path.abspath(project)
    below = Path(absolute).is_relative_to(root)
    return os.path.relpath(absolute, Path(root, FOLDER)) if below else absolute


def _is_current(link: Path, target: str) -> bool:
    return os.readlink(link) == target if link.is_symlink() else not target and link.is_file()


def _create(link: Path, target: str) -> None:
    temporary = temporary_name(link)
    try:
        if target:
            temporary.symlink_to(target)
        else:
            temporary.write_text("Nothing is read here.\n")
        temporary.replace(link)
    except OSError as problem:
        raise InputError(
            f"The link {link} to {target or 'nothing'} cannot be created ({problem}); DVC needs it to see changes. "
            "Check that its folder is writable and that the file system supports links."
        ) from problem
    finally:
        temporary.unlink(missing_ok=True)
