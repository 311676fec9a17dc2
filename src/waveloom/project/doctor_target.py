"""The doctor's argument: a folder, an archive, a table, a preset, or the project's params.yaml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waveloom.classification.config import Classify
from waveloom.config.checked import overlay, read_config
from waveloom.config.errors import InputError
from waveloom.evaluation.evaluate import Evaluate
from waveloom.ingest.config import Ingest
from waveloom.ingest.corpora._table import FORMATS, SPREADSHEETS, no_table, table_format
from waveloom.ingest.doctor.examine import Target
from waveloom.preparation.config import Prepare
from waveloom.project import params
from waveloom.project.template import presets
from waveloom.training.config import Train

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")


@dataclass(frozen=True)
class ProjectTarget(Target):
    """A corpus with the parameters of every stage that depends on the number of its recordings."""

    train: Train = field(default_factory=Train)
    classify: Classify = field(default_factory=Classify)
    evaluate: Evaluate = field(default_factory=Evaluate)
    parameters: Mapping[str, Any] = field(default_factory=dict)  # all of params.yaml


def find_target(name: str, project: Path | None, options: Sequence[str] = ()) -> ProjectTarget:
    """Interpret the argument: empty is params.yaml, then a preset of conf/, then a path.

    `options`, each `key=value`, override the corpus's own. All other parameters are those of params.yaml, or the
    defaults where there is no project. InputError if the argument is none of these.
    """
    overrides = dict(_option(text) for text in options)
    tree = params.load(project / "params.yaml") if project else {}
    preset = presets(project).get(name) if project else None
    if project and (not name or preset):
        tree = params.apply_preset(tree, preset, {}) if preset else tree
        return _target(name or "params.yaml", overlay(tree, {"ingest": {"options": overrides}}), project)
    corpus, corpus_options = _corpus_of(name, overrides)
    ingest = {**(tree.get("ingest") or {}), "corpus": corpus, "options": corpus_options}
    return _target(name, {**tree, "ingest": ingest}, project or Path())


def _corpus_of(name: str, overrides: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """Choose the corpus that reads a path, and its options."""
    path = Path(name)
    if name and path.is_dir():
        return "folder", {"root": str(path.resolve()), **overrides}
    if name.lower().endswith(ARCHIVES):
        return "archive", _archive_options(path, overrides)
    if table_format(path) in FORMATS:
        return "manifest", {"root": str(path.parent.resolve()), "table": path.name, **overrides}
    if table_format(path) in SPREADSHEETS:
        raise no_table(name, table_format(path))
    tables, archives = ", ".join(FORMATS), ", ".join(ARCHIVES)
    raise InputError(
        f"{name!r} is neither a folder, nor a table ({tables}), nor an archive ({archives}), nor a preset of conf/."
    )


def _target(name: str, tree: Mapping[str, Any], base: Path) -> ProjectTarget:
    return ProjectTarget(
        name,
        read_config(Ingest, tree.get("ingest", {}), "ingest"),
        read_config(Prepare, tree.get("prepare", {}), "prepare"),
        base,
        read_config(Train, tree.get("train", {}), "train"),
        read_config(Classify, tree.get("classify", {}), "classify"),
        read_config(Evaluate, tree.get("evaluate", {}), "evaluate"),
        tree,
    )


def _archive_options(path: Path, overrides: Mapping[str, str]) -> dict[str, Any]:
    """Divide the options: `root` and `corpus` belong to `archive`, the others to the corpus that reads the content."""
    archive = {name: value for name, value in overrides.items() if name in {"root", "corpus"}}
    return {"file": str(path.resolve()), **archive, "options": {k: v for k, v in overrides.items() if k not in archive}}


def _option(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise InputError(f"--option is {text!r}; write key=value, such as --option 'label={{category}}'.")
    return key, value
