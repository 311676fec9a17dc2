"""Builds frozen dataclasses from parameters, and checks types, ranges and keys.

A `tree` is a nested mapping of parameters, as read from YAML.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, dataclass_transform, get_args, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from waveloom.config.errors import InputError, suggestion

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def checked_dataclass(cls: type[T]) -> type[T]:
    """Make `cls` a frozen dataclass that checks types and ranges and rejects unknown keys."""
    return dataclass(frozen=True, config=ConfigDict(extra="forbid"))(cls)  # type: ignore[return-value]


def read_config(cls: type[T], tree: Mapping[str, Any] | None, section: str) -> T:
    """Build `cls` from `tree`, the values of `section`; the InputError names each wrong key and what it must be."""
    if tree is not None and not isinstance(tree, Mapping):
        raise InputError(f"{section} is {tree!r}; it must hold keys: {', '.join(_keys(cls))}.")
    try:
        return TypeAdapter(cls).validate_python(dict(tree or {}))
    except ValidationError as error:
        raise InputError("\n".join(_message(cls, dict(e), section) for e in error.errors())) from None


def overlay(tree: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Merge `changes` into a copy of `tree`, recursively."""
    merged = dict(tree)
    for key, value in changes.items():
        old = merged.get(key)
        merged[key] = overlay(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def _message(cls: type, error: dict[str, Any], section: str) -> str:
    *path, key = (str(part) for part in error["loc"]) if error["loc"] else ("",)
    name = ".".join(filter(None, [section, *path, key]))
    allowed = _keys(_descend(cls, path))
    if error["type"] == "unexpected_keyword_argument":
        hint, parent = suggestion(key, allowed), ".".join([section, *path])
        return f"{name} is not a parameter.{hint} {parent} takes: {', '.join(allowed)}."
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] in {"missing", "missing_argument"}:
        return f"{name} is missing; it must be set."
    return f"{name} is {error['input']!r}; {error['msg'][0].lower()}{error['msg'][1:]}."


def _descend(cls: type, path: list[str]) -> type:
    """Find the config class nested at `path`; a part that is no config class is ignored."""
    for part in path:
        hint = get_type_hints(cls).get(part) if is_dataclass(cls) else None
        cls = next((c for c in (hint, *get_args(hint)) if is_dataclass(c)), cls)  # type: ignore[assignment]
    return cls


def _keys(cls: type) -> list[str]:
    return [f.name for f in fields(cls)] if is_dataclass(cls) else []
