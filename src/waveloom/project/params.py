"""Reads, checks and completes params.yaml (one section per stage), and applies presets to it.

A `tree` is a nested mapping of parameters, as read from YAML.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark

from waveloom.config.checked import overlay, read_config
from waveloom.config.errors import InputError, suggestion
from waveloom.execution.atomic_folder import replaced_file

DEFAULT = "default"  # the preset by which every parameter gets its default
COMMENT_COLUMN = 30  # of params.yaml
WHOLE = ("options",)  # parameters that a preset replaces as a whole


def sections() -> dict[str, type]:
    """Map each section of params.yaml to the dataclass that checks it."""
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

    classes = sections()
    errors = [
        f"{key} is not a section of params.yaml; it has: {', '.join(classes)}.{suggestion(key, classes)}"
        for key in tree
        if key not in classes
    ]
    for name, section in classes.items():
        try:
            read_config(section, tree.get(name, {}), name)
        except InputError as error:
            errors.append(str(error))
    if errors:
        raise InputError("\n".join(errors))
    load_corpus(read_config(Ingest, tree.get("ingest", {}), "ingest"))
    candidates(read_config(Classify, tree.get("classify", {}), "classify"))


def fill_defaults(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Add the default of each section and parameter that `tree` lacks; wrong values are left for `check`."""
    return {**tree, **{name: _fill(section(), tree.get(name)) for name, section in sections().items()}}


def _fill(defaults: Any, tree: Any) -> Any:
    if not (tree is None or isinstance(tree, Mapping)):
        return tree
    filled = dict(tree or {})
    for field in fields(defaults):
        default = getattr(defaults, field.name)
        if field.name not in filled:
            filled[field.name] = _plain(default)
        elif is_dataclass(default):
            filled[field.name] = _fill(default, filled[field.name])
    return filled


def _plain(value: Any) -> Any:
    """Convert a value to the types of YAML: dataclasses to mappings, tuples to lists."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def apply_preset(tree: Mapping[str, Any], preset: Path, command_line: Mapping[str, Any]) -> dict[str, Any]:
    """Overlay `tree` with the values of the file `preset`, if it exists, and then with those of the command line."""
    values = load(preset) if preset.is_file() else {}
    if "corpus" in (values.get("ingest") or {}):  # another corpus has other options
        tree = {**tree, "ingest": {**(tree.get("ingest") or {}), "options": {}}}
    return overlay(overlay(tree, values), command_line)


def load(path: Path) -> dict[str, Any]:
    """Read a YAML file of parameters as DVC does (YAML 1.2)."""
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(path) or {}


def write_preset(preset: Path, params: Path) -> list[str]:
    """Write the values of `preset` into `params` and keep its comments; list each change as `key: old -> new`."""
    return write_values(load(preset), params)


def write_values(values: Mapping[str, Any], params: Path, reset: bool = False) -> list[str]:
    """Write `values` into the file `params` as `write_preset` does; InputError, and no change, if one is wrong.

    With `reset`, every other parameter gets its default.
    """
    yaml = _round_trip_yaml()
    commented, plain = yaml.load(params), load(params)
    new = overlay(fill_defaults({}), values) if reset else values
    if reset:
        _remove_unknown(commented, new)
        plain = {}
    _write(plain, new, "")
    check(plain)
    changes = _write(commented, new, "")
    with replaced_file(params) as file:
        yaml.dump(commented, file)
    return changes


def _round_trip_yaml() -> Any:
    """Return a parser that writes what it has read with the same quotes, comments and line ends."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width, yaml.preserve_quotes = 120, True
    yaml.representer.add_representer(
        type(None), lambda representer, _: representer.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    return yaml


def _remove_unknown(tree: Any, known: Mapping[str, Any]) -> None:
    """Remove, in place, the sections and parameters that do not exist; a section that is no mapping becomes one."""
    for name in [name for name in tree if name not in known]:
        del tree[name]
    for name, section in known.items():
        if not isinstance(tree.get(name), Mapping):
            tree[name] = {}
        for key in [key for key in tree[name] if key not in section]:
            del tree[name][key]


def _write(tree: Any, values: Mapping[str, Any], prefix: str) -> list[str]:
    """Change `tree` in place; list the changes, each key with its section as `prefix`. An empty mapping replaces."""
    changes = []
    for key, value in values.items():
        old = tree.get(key)
        if value and isinstance(value, Mapping) and isinstance(old, Mapping) and key not in WHOLE:
            changes += _write(old, value, f"{prefix}{key}.")
        elif old != value:
            tree[key] = _formatted(tree, key, value) if isinstance(tree, CommentedMap) else value
            changes.append(f"{prefix}{key}: {old} -> {value}")
    return changes


def _formatted(tree: CommentedMap, key: str, value: Any) -> Any:
    """Format a list or mapping on one line, as in params.yaml, and move the comment to its column."""
    comment = (tree.ca.items.get(key) or [None] * 3)[2]
    if comment is not None:
        comment.start_mark = CommentMark(COMMENT_COLUMN)
    return _flow(value)


def _flow(value: Any) -> Any:
    if isinstance(value, list):
        formatted: Any = CommentedSeq(map(_flow, value))
    elif isinstance(value, dict):
        formatted = CommentedMap((key, _flow(item)) for key, item in value.items())
    else:
        return value
    formatted.fa.set_flow_style()
    return formatted
