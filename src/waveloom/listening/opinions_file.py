"""The file opinions.json, which transfers results of listening tests to the report: in git, read by evaluate."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_file

NAME = "opinions.json"  # beside params.yaml, as it cannot be regenerated like data/


def save(root: Path, study: str, summary: Mapping[str, Any]) -> Path:
    """Add the `summary` of a `study` (see `results.summarise`) to those saved before; returns the file."""
    if summary["kind"] != "acr":
        raise InputError(
            f"{study!r} is a study of kind {summary['kind']}, which gives no mean opinion score for the report; "
            "leave out --save."
        )
    file = root / NAME
    saved = json.loads(file.read_text()) if file.is_file() else {}
    with replaced_file(file) as new:
        new.write_text(json.dumps({**saved, study: summary}, indent=2, sort_keys=True, allow_nan=False) + "\n")
    return file
