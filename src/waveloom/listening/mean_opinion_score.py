"""The mean opinion score of a generator, as the report shows it."""

from collections.abc import Mapping
from typing import Any

NOBODY = "not measured (0 listeners)"
_TOO_FEW = "not measured: one listener or one sound"


def mean_opinion_score(opinions: Mapping[str, Mapping[str, Any]], maker: str) -> dict[str, Any]:
    """Mean opinion scores, 1 to 5, of the generator `maker`, of real sounds and of the anchor.

    `opinions` is {study: result of `results.summarise`}, `maker` the digest of the generator. The result also has the
    ends of the bootstrap interval and the numbers of listeners and ratings; if no listener took part, it only says so.
    If several studies rated this generator, the one with most ratings is used, as scores of different studies must not
    be averaged.
    """
    rated = {study: summary["result"][maker] for study, summary in opinions.items() if _rated(summary, maker)}
    if not rated:
        return {"generated": NOBODY}
    study = min(rated, key=lambda name: (-rated[name]["ratings"], name))
    summary = opinions[study]
    shown = {"generated": maker, "real": "real", "anchor": "anchor"}
    row: dict[str, Any] = {
        name: summary["result"][key]["mean"] for name, key in shown.items() if key in summary["result"]
    }
    low, high = rated[study]["clustered_interval"] or (_TOO_FEW, _TOO_FEW)
    alpha = _TOO_FEW if summary["alpha"] is None else summary["alpha"]
    counts = {"listeners": summary["listeners"], "ratings": rated[study]["ratings"]}
    excluded = dict(summary["excluded"])
    return {**row, "low": low, "high": high, "alpha": alpha, **counts, "excluded": excluded, "study": study}


def _rated(summary: Mapping[str, Any], maker: str) -> bool:
    return summary["kind"] == "acr" and isinstance(summary["result"], Mapping) and maker in summary["result"]
