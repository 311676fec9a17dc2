"""Adds the mean opinion score of listening tests to the metrics of an evaluation."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from waveloom.evaluation.evaluate import Evaluation
from waveloom.listening.mean_opinion_score import mean_opinion_score


def with_opinions(result: Evaluation, opinions: Mapping[str, Mapping[str, Any]], digest: str) -> Evaluation:
    """Add the mean opinion score of the generator `digest`, if one of the saved listening tests rated it."""
    return replace(result, metrics={**result.metrics, "mean_opinion_score": mean_opinion_score(opinions, digest)})
