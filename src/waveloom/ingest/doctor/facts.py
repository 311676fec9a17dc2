"""Counts and ranges of a table of recordings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from waveloom.ingest.reasons import reason_kind
from waveloom.ingest.value_counts import value_counts

EXAMPLES = 3


@dataclass(frozen=True)
class Facts:
    """Counts of files; durations in seconds. None: not measured, since only headers were read."""

    files: int
    accepted: int
    rejected: dict[str, dict[str, Any]]  # kind of reason -> count, examples
    classes: dict[str, dict[str, Any]]  # label -> recordings, seconds, groups outside test, recordings of splits
    splits: dict[str, int]
    groups: int
    rates_hz: dict[str, int]
    channels: dict[str, int]
    seconds: dict[str, float]  # min, median, max, 90th percentile (p90), total
    licences: dict[str, int]
    peak_db: dict[str, float] | None = field(default=None)  # min, median, max
    file_peak_db: dict[str, float] | None = field(
        default=None
    )  # min, median, max before files above full scale are scaled
    domains: dict[str, int] = field(default_factory=dict)  # domain -> recordings
    pairs: int = 0  # number of pairs with recordings of two domains or more
    other_files: dict[str, int] = field(default_factory=dict)  # suffix -> files that are no sounds and have no row


def facts(table: pd.DataFrame, other_files: dict[str, int] | None = None) -> Facts:
    """Summarise a table; all but the rejections are facts of the accepted recordings."""
    accepted = table[table["status"] == "accepted"]
    peaks, file_peaks = (accepted[name].dropna() for name in ("peak_db", "file_peak_db"))
    return Facts(
        files=len(table),
        accepted=len(accepted),
        rejected=_rejections(table[table["status"] == "rejected"]),
        classes=_classes(accepted),
        splits=value_counts(accepted["split"]),
        groups=accepted["group"].nunique(),
        rates_hz=value_counts(accepted["rate_hz"]),
        channels=value_counts(accepted["channels"]),
        seconds={**_range(accepted["seconds"]), **_totals(accepted["seconds"])},
        licences=value_counts(accepted["licence"]),
        peak_db=_range(peaks) if len(peaks) else None,
        file_peak_db=_range(file_peaks) if len(file_peaks) else None,
        domains=value_counts(accepted.loc[accepted["domain"] != "", "domain"]),
        pairs=int((accepted[accepted["pair"] != ""].groupby("pair")["domain"].nunique() > 1).sum()),
        other_files=other_files or {},
    )


def _rejections(rejected: pd.DataFrame) -> dict[str, dict[str, Any]]:
    kinds = rejected["reason"].map(reason_kind)
    return {
        name: {"count": count, "examples": _examples(rejected[kinds == name])}
        for name, count in value_counts(kinds).items()
    }


def _examples(rejected: pd.DataFrame) -> list[str]:
    rows: Iterable[tuple[str, str]] = rejected[["name", "reason"]].head(EXAMPLES).itertuples(index=False, name=None)
    return [f"{name} ({reason})" for name, reason in rows]


def _classes(accepted: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {
        str(label): {
            "recordings": len(part),
            "seconds": float(part["seconds"].sum()),
            "development_groups": int(part.loc[part["split"] != "test", "group"].nunique()),
            **value_counts(part["split"]),
        }
        for label, part in accepted.groupby("label")
    }


def _totals(seconds: pd.Series) -> dict[str, float]:
    return {"p90": float(seconds.quantile(0.9)) if len(seconds) else 0.0, "total": float(seconds.sum())}


def _range(values: pd.Series) -> dict[str, float]:
    return {name: float(getattr(values, name)()) if len(values) else 0.0 for name in ("min", "median", "max")}
