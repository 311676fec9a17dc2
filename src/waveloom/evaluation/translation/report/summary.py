"""Summarises the metrics of a translator in a few sentences."""

from collections.abc import Mapping
from typing import Any

from waveloom.evaluation.embeddings import FEATURE_TABLE
from waveloom.evaluation.translation.systems import SOURCE, TARGET, TRANSLATED


def summary_sentences(metrics: Mapping[str, Any]) -> list[str]:
    """Describe style, content, distance to the truth and copies of the translated sounds."""
    sentences = [_style(metrics), _content(metrics), _truth(metrics), _copies(metrics)]
    return [sentence for sentence in sentences if sentence]


def _style(metrics: Mapping[str, Any]) -> str:
    values = metrics["style_accuracy"].get(FEATURE_TABLE, {})
    if not _measured(values, TRANSLATED, TARGET, SOURCE):
        return f"Whether they sound like the target domain was {values.get(TRANSLATED, 'not measured')}."
    return (
        f"A classifier of domains assigns {_percent(values[TRANSLATED])} of the translated clips to the target domain; "
        f"of real clips of that domain it is {_percent(values[TARGET])}, of untouched sources "
        f"{_percent(values[SOURCE])}."
    )


def _content(metrics: Mapping[str, Any]) -> str:
    parts = []
    for number, name in (("onset_f1", "onsets (F1)"), ("chroma_cosine", "pitch classes (chroma cosine)")):
        values = metrics[number].get("source", {})
        if _measured(values, TRANSLATED):
            true = f", of the true target {values[TARGET]:.2f}" if _measured(values, TARGET) else ""
            parts.append(f"{name} {values[TRANSLATED]:.2f}{true}")
    return f"Agreement with the source: {'; '.join(parts)}." if parts else ""


def _truth(metrics: Mapping[str, Any]) -> str:
    number = "log_spectral_distance_db"
    ratios = metrics["relative"].get(number, {}).get("truth", {})
    if not _measured(ratios, SOURCE):
        return "No source has its true target in these recordings, so the distance to the truth was not measured."
    low, high = (metrics[limit]["relative"][number]["truth"][SOURCE] for limit in ("lower", "upper"))
    interval = f" (95% interval {low:.2f} to {high:.2f})" if isinstance(low, float) else ""
    musaicing = f", and {ratios['musaicing']:.2f} of that of musaicing" if _measured(ratios, "musaicing") else ""
    return (
        f"Their log-spectral distance to the true target is {ratios[SOURCE]:.2f} of that of the untouched "
        f"source{interval}{musaicing}."
    )


def _copies(metrics: Mapping[str, Any]) -> str:
    values = metrics["copy_rate"].get("clips", {})
    if not _measured(values, TRANSLATED, TARGET):
        return ""
    return (
        f"{_percent(values[TRANSLATED])} of their clips count as copies of training clips, of real test clips "
        f"{_percent(values[TARGET])}."
    )


def _measured(values: Mapping[str, Any], *systems: str) -> bool:
    return all(isinstance(values.get(system), float) for system in systems)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
