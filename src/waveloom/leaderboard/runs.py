"""Reads evaluated generators from the MLflow store."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from waveloom.leaderboard.entry import Entry, ExcludedRun
from waveloom.tracking.headline_metrics import HEADLINE
from waveloom.tracking.names import EMBEDDING, EVALUATED, metric_name
from waveloom.tracking.store import connect, store


def read(project: Path, embedding: str) -> tuple[list[Entry], list[ExcludedRun]]:
    """Read every run of the project: those evaluated with `embedding`, and those excluded, with the reason."""
    entries, excluded = [], []
    for run in _runs(project):
        reason = _exclusion_reason(run, embedding)
        if reason:
            excluded.append(ExcludedRun(run.info.run_id, run.info.run_name, reason))
        else:
            entries.append(_entry(run, embedding))
    return entries, excluded


def _runs(project: Path) -> Iterator[Any]:
    """All runs that are not deleted, requested page by page."""
    from mlflow.tracking import MlflowClient

    experiment = connect(project)
    client, token = MlflowClient(store(project)[1]), None
    while True:
        page = client.search_runs([experiment], page_token=token, order_by=["attributes.start_time"])
        yield from page
        if not (token := page.token):
            return


def _exclusion_reason(run: Any, embedding: str) -> str:
    if run.info.status != "FINISHED":
        return f"its run is {run.info.status.lower()}"
    if EVALUATED not in run.data.tags:
        return "it was not evaluated, or by a version that did not record the clips"
    if metric_name((HEADLINE, embedding, "translated")) in run.data.metrics:
        return "it is a translator, and this table compares generators"
    if metric_name((HEADLINE, embedding, "generated")) not in run.data.metrics:
        return f"its kernel distance was not measured with the embedding {embedding}"
    return ""


def _entry(run: Any, embedding: str) -> Entry:
    metrics, params, tags = run.data.metrics, run.data.params, run.data.tags

    def number(*path: str) -> float | None:
        return metrics.get(metric_name(path))

    return Entry(
        run=run.info.run_id,
        name=run.info.run_name,
        recipe=params.get("train.recipe", "unknown"),
        objective=tags.get("waveloom.objective", "unknown"),
        seed=params.get("train.seed", "unknown"),
        steps=_steps(metrics, params),
        minutes=metrics.get("train_minutes"),
        cpu_minutes=metrics.get("cost/train_cpu_minutes"),
        memory_mb=metrics.get("cost/train_peak_memory_mb"),
        score=metrics[metric_name((HEADLINE, embedding, "generated"))],
        margin=number("margins", HEADLINE, embedding, "generated"),
        floor=number(HEADLINE, embedding, "floor"),
        floor_margin=number("margins", HEADLINE, embedding, "floor"),
        ceiling=number(HEADLINE, embedding, "ceiling"),
        diversity=number("diversity_ratio", embedding, "generated"),
        copies=number("copy_rate", "clips", "generated"),
        agreement=metrics.get("label_agreement"),
        basis={
            "clips and features": tags[EVALUATED][:12],
            "embedding": f"{embedding} {tags.get(EMBEDDING + embedding, 'of unknown version')}",
            **_set_sizes(metrics),
        },
    )


def _steps(metrics: Mapping[str, float], params: Mapping[str, str]) -> str:
    """The number of trained steps; for older runs, which did not log it, the configured number."""
    return f"{metrics['train_steps']:.0f}" if "train_steps" in metrics else params.get("train.steps", "unknown")


def _set_sizes(metrics: dict[str, float]) -> dict[str, str]:
    """Numbers of compared sounds, and the seed of their random selection."""
    names = {"generated sounds": "generated", "real sounds": "real", "evaluation seed": "seed"}
    return {title: f"{metrics.get(metric_name(('sets', name)), -1):.0f}" for title, name in names.items()}
