"""Sounds named one by one in a table: CSV, JSON or Parquet."""

from collections.abc import Iterator
from dataclasses import field
from pathlib import Path, PurePosixPath
from string import Formatter
from typing import Literal

import pandas as pd

from waveloom.config import config
from waveloom.corpora import Recording
from waveloom.errors import InputError

SPLITS = ("train", "validation", "test")
TEXTS = ("file", "label", "group", "split", "licence", "attribution")


@config
class Config:
    """Which table, and how its columns become a recording.

    The texts may hold columns in braces: `audio_train/{fname}`, `{label}`, `https://freesound.org/s/{id}/`; without
    any, they are the same for all. `split_values` turns what `split` gives (a fold, say) into train, validation or
    test; what it does not name, and an empty `split`, leaves the choice to ingest.
    """

    root: str = "data/00_external"
    table: str = "labels.csv"
    file: str = "{file}"
    label: str = "{label}"
    group: str = ""
    split: str = ""
    split_values: dict[str, Literal["train", "validation", "test"]] = field(default_factory=dict)
    licence: str = ""
    attribution: str = ""


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Read the table, row by row; files are sought below `root`, and one that is not there is still a recording."""
    root = base / config.root
    table = _read(root / config.table)
    for option in TEXTS:
        _check_columns(option, getattr(config, option), table, root / config.table)
    if table.empty:
        raise InputError(f"{root / config.table} names no sounds; give a table with at least one row.")
    for row in table.to_dict("records"):
        text = {option: getattr(config, option).format_map(row) for option in TEXTS}
        split = _split(text["split"], config)
        path = _below(root, text["file"])
        yield Recording(
            text["file"], path, None, text["label"], text["group"], split, text["licence"], text["attribution"]
        )


def _read(path: Path) -> pd.DataFrame:
    """Read the table as text, so that labels like 007 and NA stay what they are.

    A JSON table is a list of objects, or an object of objects whose keys become the column `key` (as NSynth's).
    """
    if not path.is_file():
        raise InputError(f"ingest.options.table: there is no {path}. Set root and table to where your copy lies.")
    try:
        match path.suffix.lower():
            case ".csv":
                return pd.read_csv(path, dtype=str, keep_default_na=False)
            case ".json":
                return _from_json(path)
            case ".parquet":
                return pd.read_parquet(path).astype(str)
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is not a table ({error}); mend it or name another.") from None
    raise InputError(f"{path} is neither .csv, .json nor .parquet; convert it to one of them.")


def _from_json(path: Path) -> pd.DataFrame:
    import json

    content = json.loads(path.read_text(encoding="utf-8"))
    rows = [{"key": key, **row} for key, row in content.items()] if isinstance(content, dict) else content
    return pd.DataFrame([{str(name): str(value) for name, value in row.items()} for row in rows])


def _check_columns(option: str, text: str, table: pd.DataFrame, path: Path) -> None:
    try:
        wanted = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise InputError(f"ingest.options.{option} is {text!r}: {error}. Write a column as {{column}}.") from None
    missing = sorted(wanted - set(table.columns))
    if missing:
        have = ", ".join(table.columns)
        raise InputError(f"ingest.options.{option} names the column {missing[0]!r}; {path} has: {have}.")


def _split(value: str, config: Config) -> str:
    if config.split_values:
        return config.split_values.get(value, "")
    if value and value not in SPLITS:
        raise InputError(
            f"ingest.options.split gives {value!r}, which is none of {', '.join(SPLITS)}; "
            f"say what it means in ingest.options.split_values."
        )
    return value


def _below(root: Path, name: str) -> Path:
    parts = PurePosixPath(name)
    path = root / parts
    if parts.is_absolute() or not path.resolve().is_relative_to(root.resolve()):
        raise InputError(f"{name!r} lies outside {root}; ingest.options.root must be above every file of the table.")
    return path
