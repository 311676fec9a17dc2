"""The few metrics by which generators are compared, under names that do not change."""

from collections.abc import Mapping
from typing import Any

from waveloom.evaluation.embeddings import FEATURE_TABLE

HEADLINE = "kernel_distance"  # the first metric; lower is better
_SPACES = {
    HEADLINE: FEATURE_TABLE,
    "diversity_ratio": FEATURE_TABLE,
    "copy_rate": "clips",
}  # metric: the space it is measured in


def headline(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Select the headline metrics with margin, floor and ceiling; those not measured are left out."""
    selected: dict[str, Any] = {name: metrics[name]["generated"] for name in ("label_agreement", "mean_opinion_score")}
    for name, space in _SPACES.items():
        values, margins = metrics[name].get(space, {}), metrics["margins"][name].get(space, {})
        selected |= {
            name: values.get("generated"),
            f"{name}_margin": margins.get("generated"),
            f"{name}_floor": values.get("floor"),
            f"{name}_ceiling": values.get("ceiling"),
        }
    return {name: value for name, value in selected.items() if isinstance(value, float)}
