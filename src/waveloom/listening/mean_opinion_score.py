"""What the report prints for the mean opinion score."""

from collections.abc import Mapping
from typing import Any

NOBODY = "not measured (0 listeners)"
_ALONE = "not measured: one listener or one sound"


def mean_opinion_score(opinions: Mapping[str, Mapping[str, Any]], maker: str) -> dict[str, Any]:
    """Give the report's row: the opinion of `maker`, of real sounds and of the anchor, or that nobody was asked.

    `opinions` is {study: `results.summarise` of it}, `maker` the generator's digest. Numbers, 1 to 5, come with the
    ends of the clustered interval and with who stands behind them. Of several studies that asked about this generator
    it is the one with the most ratings of it: opinions of different studies do not average.
    """
    asked = {study: told["result"][maker] for study, told in opinions.items() if _rated(told, maker)}
    if not asked:
        return {"generated": NOBODY}
    study = min(asked, key=lambda name: (-asked[name]["ratings"], name))
    told = opinions[study]
    shown = {"generated": maker, "real": "real", "anchor": "anchor"}
    row: dict[str, Any] = {name: told["result"][key]["mean"] for name, key in shown.items() if key in told["result"]}
    low, high = asked[study]["clustered_interval"] or (_ALONE, _ALONE)
    alpha = _ALONE if told["alpha"] is None else told["alpha"]
    who = {"listeners": told["listeners"], "ratings": asked[study]["ratings"], "excluded": dict(told["excluded"])}
    return {**row, "low": low, "high": high, "alpha": alpha, **who, "study": study}


def _rated(told: Mapping[str, Any], maker: str) -> bool:
    return told["kind"] == "acr" and isinstance(told["result"], Mapping) and maker in told["result"]
