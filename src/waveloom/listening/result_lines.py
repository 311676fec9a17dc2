"""Formats the results of a study for a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

UNIT = {"acr": "MOS", "ab": "share preferring", "cmos": "CMOS of"}


def result_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    """Format a summary of `results.summarise` line by line."""
    result = summary["result"]
    if isinstance(result, str):
        yield f"MOS: {result}" if summary["kind"] == "acr" else f"{summary['kind']}: {result}"
    elif summary["kind"] == "acr":
        yield from (f"MOS {maker[:12]}: {_number(score)}" for maker, score in result.items())
    else:
        for score in result:
            yield f"{UNIT[summary['kind']]} {score['other'][:12]} against {score['one'][:12]}: {_number(score)}"
    excluded = ", ".join(f"{count} {reason}" for reason, count in summary["excluded"].items() if count)
    yield f"not counted: {excluded or 'nobody'}"
    if isinstance(summary.get("alpha"), float):
        yield f"agreement (Krippendorff's alpha, ordinal): {summary['alpha']:.2f}"
    if summary.get("friedman"):
        yield f"makers differ (Friedman): p = {summary['friedman']['p']:.2g}"
    for test in summary.get("wilcoxon", []):
        pair = f"{test['one'][:12]} minus {test['other'][:12]}"
        yield f"{pair} (Wilcoxon, Holm): {test['difference']:+.2f}, p = {test['p_holm']:.2g}"


def _number(score: Mapping[str, Any]) -> str:
    interval = score["clustered_interval"]
    text = f"95% {interval[0]:.2f} to {interval[1]:.2f}" if interval else "no interval from one listener or one sound"
    return f"{score['mean']:.2f} ({text}; {score['ratings']} ratings, {score['listeners']} listeners)"
