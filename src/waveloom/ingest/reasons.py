"""Kinds of reasons for which recordings are rejected, and their counts."""

from collections import Counter

import pandas as pd


def count_reasons(table: pd.DataFrame) -> dict[str, int]:
    """Count the rejected recordings by kind of reason, the most frequent first."""
    reasons = table.loc[table["status"] == "rejected", "reason"]
    return dict(Counter(reason_kind(reason) for reason in reasons).most_common())


def reason_kind(reason: str) -> str:
    """Return the part of a reason before its detail."""
    return " ".join(reason.split()[:2]) if reason.startswith("same ") else reason.partition(":")[0]
