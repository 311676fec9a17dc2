"""What the doctor is asked to look at: a folder, an archive, a table, a preset, or the project's params.yaml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waveloom.classification.config import Classify
from waveloom.config.checked import overlay, read_config
from waveloom.config.errors import InputError
from waveloom.evaluation.evaluate import Evaluate
from waveloom.ingest.corpora._table import FORMATS, SPREADSHEETS, no_table, table_format
from waveloom.ingest.recordings import Ingest
from waveloom.preparation.prepare import Prepare
from waveloom.project import params
from waveloom.training.config import Train

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")


@dataclass(frozen=True)
class Target:
    """A corpus with the rules it will be judged by; its relative paths start at `base`."""

    name: str
    ingest: Ingest
    prepare: Prepare
    base: Path
    train: Train = field(default_factory=Train)
    classify: Classify = field(default_factory=Classify)
    evaluate: Evaluate = field(default_factory=Evaluate)
    parameters: Mapping[str, Any] = field(default_factory=dict)  # all of params.yaml


def find(name: str, project: Path | None, options: Sequence[str] = ()) -> Target:
    """Understand what was typed: nothing is params.yaml, then a preset of conf/, then a path.

    `options`, each `key=value`, go before the corpus's own. The limits and `prepare` are those of params.yaml, or the
    defaults where there is no project.
    """
    given = dict(_option(text) for text in options)
    tree = params.load(project / "params.yaml") if project else {}
    preset = (project or Path()) / "conf" / name / "params.yaml"
    if project and (not name or preset.is_file()):
        tree = params.apply_preset(tree, preset, {}) if name else tree
        return _target(name or "params.yaml", overlay(tree, {"ingest": {"options": given}}), project)
    path, own = Path(name), {}
    if name and path.is_dir():
        corpus, own = "folder", {"root": str(path.resolve())}
    elif name.lower().endswith(ARCHIVES):
        corpus, given = "archive", _in_archive(path, given)
    elif table_format(path) in FORMATS:
        corpus, own = "manifest", {"root": str(path.parent.resolve()), "table": path.name}
    elif table_format(path) in SPREADSHEETS:
        raise no_table(name, table_format(path))
    else:
        tables, archives = ", ".join(FORMATS), ", ".join(ARCHIVES)
        raise InputError(
            f"{name!r} is neither a folder, nor a table ({tables}), nor an archive ({archives}), nor a preset of conf/."
        )
    ingest = {**(tree.get("ingest") or {}), "corpus": corpus, "options": {**own, **given}}
    return _target(name, {**tree, "ingest": ingest}, project or Path())


def _target(name: str, tree: Mapping[str, Any], base: Path) -> Target:
    rules = read_config(Ingest, tree.get("ingest", {}), "ingest")
    prepare = read_config(Prepare, tree.get("prepare", {}), "prepare")
    train, evaluate = (
        read_config(Train, tree.get("train", {}), "train"),
        read_config(Evaluate, tree.get("evaluate", {}), "evaluate"),
    )
    classify = read_config(Classify, tree.get("classify", {}), "classify")
    return Target(name, rules, prepare, base, train, classify, evaluate, tree)


def _in_archive(path: Path, given: Mapping[str, str]) -> dict[str, Any]:
    """Sort options: `root` and `corpus` are the archive's, the others those of the corpus that reads what is in it."""
    whose = {name: value for name, value in given.items() if name in {"root", "corpus"}}
    return {"file": str(path.resolve()), **whose, "options": {k: v for k, v in given.items() if k not in whose}}


def _option(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise InputError(f"--option is {text!r}; write key=value, such as --option 'label={{category}}'.")
    return key, value
