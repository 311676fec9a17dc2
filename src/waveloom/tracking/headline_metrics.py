"""The few numbers one compares generators by, under names that stay."""

from collections.abc import Mapping
from typing import Any

from waveloom.evaluation.embeddings import FEATURE_TABLE

HEADLINE = "kernel_distance"  # the first of them; lower is better
_PLACES = {HEADLINE: FEATURE_TABLE, "diversity_ratio": FEATURE_TABLE, "copy_rate": "clips"}  # number: space


def headline(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Pick the headline numbers out of the metrics, with margin, floor and ceiling; absent ones are left out."""
    found: dict[str, Any] = {name: metrics[name]["generated"] for name in ("label_agreement", "mean_opinion_score")}
    for number, space in _PLACES.items():
        values, margins = metrics[number].get(space, {}), metrics["margins"][number].get(space, {})
        found |= {
            number: values.get("generated"),
            f"{number}_margin": margins.get("generated"),
            f"{number}_floor": values.get("floor"),
            f"{number}_ceiling": values.get("ceiling"),
        }
    return {name: value for name, value in found.items() if isinstance(value, float)}
