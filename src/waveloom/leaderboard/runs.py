"""Reading measured generators out of MLflow's store."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from waveloom.leaderboard.entry import Entry, LeftOut
from waveloom.tracking.headline_metrics import HEADLINE
from waveloom.tracking.names import EMBEDDING, EVALUATED, metric_name
from waveloom.tracking.store import connect, store


def read(project: Path, embedding: str) -> tuple[list[Entry], list[LeftOut]]:
    """Read every run of the project's store: those measured by `embedding`, and those left out, with the reason."""
    entries, left_out = [], []
    for run in _runs(project):
        reason = _why_not(run, embedding)
        if reason:
            left_out.append(LeftOut(run.info.run_id, run.info.run_name, reason))
        else:
            entries.append(_entry(run, embedding))
    return entries, left_out


def _runs(project: Path) -> Iterator[Any]:
    """Every run that was not deleted, page by page."""
    from mlflow.tracking import MlflowClient

    experiment = connect(project)
    client, token = MlflowClient(store(project)[1]), None
    while True:
        page = client.search_runs([experiment], page_token=token, order_by=["attributes.start_time"])
        yield from page
        if not (token := page.token):
            return


def _why_not(run: Any, embedding: str) -> str:
    if run.info.status != "FINISHED":
        return f"its run is {run.info.status.lower()}"
    if EVALUATED not in run.data.tags:
        return "it was not evaluated, or by a version that did not say on which clips"
    if metric_name((HEADLINE, embedding, "generated")) not in run.data.metrics:
        return f"its kernel distance was not measured by the embedding {embedding}"
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
            **_counts(metrics),
        },
    )


def _steps(metrics: Mapping[str, float], params: Mapping[str, str]) -> str:
    """How many steps were trained; a run of before they were counted says how many were asked for."""
    return f"{metrics['train_steps']:.0f}" if "train_steps" in metrics else params.get("train.steps", "unknown")


def _counts(metrics: dict[str, float]) -> dict[str, str]:
    """How many sounds were compared, chosen by which seed."""
    names = {"generated sounds": "generated", "real sounds": "real", "evaluation seed": "seed"}
    return {said: f"{metrics.get(metric_name(('sets', name)), -1):.0f}" for said, name in names.items()}
