"""The results of a study in words for a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

UNIT = {"acr": "MOS", "ab": "share preferring", "cmos": "CMOS of"}


def lines(summary: Mapping[str, Any]) -> Iterator[str]:
    """Say a summary (see `results.summarise`) line by line."""
    result = summary["result"]
    if isinstance(result, str):
        yield f"MOS: {result}" if summary["kind"] == "acr" else f"{summary['kind']}: {result}"
    elif summary["kind"] == "acr":
        yield from (f"MOS {maker[:12]}: {_number(found)}" for maker, found in result.items())
    else:
        for found in result:
            yield f"{UNIT[summary['kind']]} {found['other'][:12]} against {found['one'][:12]}: {_number(found)}"
    left_out = ", ".join(f"{count} {reason}" for reason, count in summary["excluded"].items() if count)
    yield f"not counted: {left_out or 'nobody'}"
    if isinstance(summary.get("alpha"), float):
        yield f"agreement (Krippendorff's alpha, ordinal): {summary['alpha']:.2f}"
    if summary.get("friedman"):
        yield f"makers differ (Friedman): p = {summary['friedman']['p']:.2g}"
    for test in summary.get("wilcoxon", []):
        pair = f"{test['one'][:12]} minus {test['other'][:12]}"
        yield f"{pair} (Wilcoxon, Holm): {test['difference']:+.2f}, p = {test['p_holm']:.2g}"


def _number(found: Mapping[str, Any]) -> str:
    interval = found["clustered_interval"]
    said = f"95% {interval[0]:.2f} to {interval[1]:.2f}" if interval else "no interval from one listener or one sound"
    return f"{found['mean']:.2f} ({said}; {found['ratings']} ratings, {found['listeners']} listeners)"
