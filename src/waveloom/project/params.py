"""The parameters: one section a stage, each read into its dataclass; presets laid over them."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from waveloom.config.checked import overlay, read_config
from waveloom.config.errors import InputError, suggestion
from waveloom.execution.atomic_folder import replaced_file


def sections() -> dict[str, type]:
    """Name each section of params.yaml with the dataclass that checks it."""
    from waveloom.classification.config import Classify
    from waveloom.evaluation.evaluate import Evaluate
    from waveloom.execution.executor import Execution
    from waveloom.features import Features
    from waveloom.ingest.config import Ingest
    from waveloom.listening.config import Listen
    from waveloom.preparation.config import Prepare
    from waveloom.training.config import Train

    return {
        "ingest": Ingest,
        "prepare": Prepare,
        "features": Features,
        "train": Train,
        "classify": Classify,
        "evaluate": Evaluate,
        "listen": Listen,
        "execution": Execution,
    }


def check(tree: Mapping[str, Any]) -> None:
    """Raise an InputError that names every unknown section, unknown key and wrong value of `tree`."""
    from waveloom.classification.config import Classify, candidates
    from waveloom.ingest.config import Ingest, load_corpus

    known = sections()
    wrong = [
        f"{key} is not a section of params.yaml; it has: {', '.join(known)}.{suggestion(key, known)}"
        for key in tree
        if key not in known
    ]
    for name, section in known.items():
        try:
            read_config(section, tree.get(name, {}), name)
        except InputError as error:
            wrong.append(str(error))
    if wrong:
        raise InputError("\n".join(wrong))
    load_corpus(read_config(Ingest, tree.get("ingest", {}), "ingest"))
    candidates(read_config(Classify, tree.get("classify", {}), "classify"))


def complete(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Give each section and each parameter that `tree` leaves out its default; what is wrong stays for `check`."""
    return {**tree, **{name: _complete(section(), tree.get(name)) for name, section in sections().items()}}


def _complete(defaults: Any, tree: Any) -> Any:
    if not (tree is None or isinstance(tree, Mapping)):
        return tree
    found = dict(tree or {})
    for field in fields(defaults):
        default = getattr(defaults, field.name)
        if field.name not in found:
            found[field.name] = _plain(default)
        elif is_dataclass(default):
            found[field.name] = _complete(default, found[field.name])
    return found


def _plain(value: Any) -> Any:
    """Write a value as a file of parameters holds it: dataclasses as mappings, tuples as lists."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def with_preset(tree: Mapping[str, Any], preset: Path, last: Mapping[str, Any]) -> dict[str, Any]:
    """Lay the file `preset`, where there is one, over `tree`, and `last` (the command line's) over both."""
    values = load(preset) if preset.is_file() else {}
    if "corpus" in (values.get("ingest") or {}):  # options are those of a corpus, and another does not know them
        tree = {**tree, "ingest": {**(tree.get("ingest") or {}), "options": {}}}
    return overlay(overlay(tree, values), last)


def load(path: Path) -> dict[str, Any]:
    """Read a YAML file of parameters as DVC does (YAML 1.2)."""
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(path) or {}


def use(preset: Path, params: Path) -> list[str]:
    """Write the values of `preset` into `params`, keeping its comments; tell each change as `key: old -> new`."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = 120
    tree, plain = yaml.load(params), load(params)
    _write(plain, load(preset), "")
    check(plain)
    changes = _write(tree, load(preset), "")
    with replaced_file(params) as new:
        yaml.dump(tree, new)
    return changes


def _write(tree: Any, values: Mapping[str, Any], where: str) -> list[str]:
    changes = []
    for key, value in values.items():
        old = tree.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping) and key != "options":
            changes += _write(old, value, f"{where}{key}.")
        elif old != value:
            tree[key] = value
            changes.append(f"{where}{key}: {old} -> {value}")
    return changes
