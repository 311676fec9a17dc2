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


# Of translators. Metric: the space it is measured in.
_TRANSLATION = {
    "log_spectral_distance_db": "truth",
    "onset_f1": "source",
    "chroma_cosine": "source",
    "note_distance": "source",
    "style_accuracy": FEATURE_TABLE,
    HEADLINE: FEATURE_TABLE,
    "copy_rate": "clips",
}


def headline(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Select the headline metrics; those not measured are left out.

    A generator's have margin, floor and ceiling. A translator's have the values of doing nothing and of the true target
    beside them, and the limits of their 95% intervals.
    """
    if metrics.get("task") == "translation":
        return _of_translator(metrics)
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


def _of_translator(metrics: Mapping[str, Any]) -> dict[str, float]:
    selected: dict[str, Any] = {}
    for name, space in _TRANSLATION.items():
        values = metrics[name].get(space, {})
        selected |= {
            f"translation_{name}": values.get("translated"),
            f"translation_{name}_source": values.get("source"),
            f"translation_{name}_target": values.get("target"),
        }
        for limit in ("lower", "upper"):
            selected[f"translation_{name}_{limit}"] = metrics[limit].get(name, {}).get(space, {}).get("translated")
    return {name: value for name, value in selected.items() if isinstance(value, float)}
