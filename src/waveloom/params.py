"""The parameters: one section a stage, each read into its dataclass; presets laid over them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from waveloom.aside import replaced_file
from waveloom.config import overlay, read
from waveloom.errors import InputError, near

# Keys that a node takes without the rest of their section, so that they must be there.
TAKEN_ALONE = ("prepare.channel", "prepare.rate_hz", "prepare.silence_db", "ingest.silence_db")


def sections() -> dict[str, type]:
    """Name each section of params.yaml with the dataclass that checks it."""
    from waveloom.audio.prepare import Prepare
    from waveloom.classification.rules import Classify
    from waveloom.evaluation.evaluate import Evaluate
    from waveloom.executor import Execution
    from waveloom.features import Features
    from waveloom.listening.rules import Listen
    from waveloom.recordings import Ingest
    from waveloom.training.rules import Train

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
    from waveloom.classification.rules import Classify, candidates
    from waveloom.recordings import Ingest, corpus

    known = sections()
    wrong = [
        f"{key} is not a section of params.yaml; it has: {', '.join(known)}.{near(key, known)}"
        for key in tree
        if key not in known
    ]
    for name, section in known.items():
        try:
            read(section, tree.get(name, {}), name)
        except InputError as error:
            wrong.append(str(error))
    if wrong:
        raise InputError("\n".join(wrong))
    corpus(read(Ingest, tree.get("ingest", {}), "ingest"))
    candidates(read(Classify, tree.get("classify", {}), "classify"))


def with_preset(tree: Mapping[str, Any], preset: Path, last: Mapping[str, Any]) -> dict[str, Any]:
    """Lay the file `preset`, where there is one, over `tree`, and `last` (the command line's) over both."""
    values = load(preset) if preset.is_file() else {}
    if "corpus" in values.get("ingest", {}):  # options are those of a corpus, and another does not know them
        tree = {**tree, "ingest": {**tree.get("ingest", {}), "options": {}}}
    return overlay(overlay(tree, values), last)


def with_defaults(tree: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Lay `tree` over the default values of `names`, each a section and a key such as prepare.channel."""
    defaults: dict[str, Any] = {}
    for section, key in (name.split(".") for name in names):
        defaults.setdefault(section, {})[key] = getattr(sections()[section](), key)
    return overlay(defaults, tree)


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
