"""What the report prints for the mean opinion score."""

from collections.abc import Mapping
from typing import Any

NOBODY = "not measured (0 listeners)"


def mean_opinion_score(summary: Mapping[str, Any] | None = None, maker: str = "") -> dict[str, Any]:
    """Give the report's row: the opinion of `maker`, of real sounds and of the anchor, or that nobody was asked.

    `summary` is `results.summarise` of an ACR study (None: there was none), `maker` the generator's name in it. Numbers
    come with the clustered interval and with how many listeners and ratings stand behind them.
    """
    opinions = summary["result"] if summary and summary["kind"] == "acr" else NOBODY
    if summary is None or isinstance(opinions, str) or maker not in opinions:
        return {"generated": NOBODY}
    shown = {"generated": maker, "real": "real", "anchor": "anchor"}
    row: dict[str, Any] = {name: opinions[key]["mean"] for name, key in shown.items() if key in opinions}
    low, high = opinions[maker]["clustered_interval"] or ("not measured: one listener or one sound",) * 2
    return {**row, "low": low, "high": high, "listeners": summary["listeners"], "ratings": opinions[maker]["ratings"]}
