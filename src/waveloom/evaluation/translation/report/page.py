"""Renders the report on a translator as one HTML page that needs no network."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from waveloom.audio.report_spectra import FLOOR_DB
from waveloom.config import plugins
from waveloom.evaluation import report as generator_report
from waveloom.evaluation.report.environment import environment
from waveloom.evaluation.report.page import inline, leaves, number, readable_name, recording_statistics
from waveloom.evaluation.translation import baselines
from waveloom.evaluation.translation.evaluate import TranslationEvaluation
from waveloom.evaluation.translation.excerpts import MAX_SECONDS
from waveloom.evaluation.translation.metric_tree import meanings
from waveloom.evaluation.translation.report.directions import direction_table
from waveloom.evaluation.translation.report.examples import examples
from waveloom.evaluation.translation.report.summary import summary_sentences
from waveloom.evaluation.translation.systems import TRANSLATED, baseline_names, baseline_titles
from waveloom.models.model import Model

SPACES = {
    "truth": "Against the true target",
    "source": "Against the source",
    "mfcc": "Style, by the feature table",
    "clips": "Copies",
}


def render(
    evaluation: TranslationEvaluation,
    figures: Mapping[str, str],
    model: Model,
    recordings: pd.DataFrame,
    settings: Mapping[str, Any],
) -> str:
    """Render the report as HTML: summary, sounds to compare, tables and figures.

    `figures` is the result of `figures.draw`, `recordings` the table of ingest, `settings` the parameters to show; the
    number of examples is `settings["evaluate"]["players"]`.
    """
    script = (Path(__file__).parent / "switch_sounds.js").read_text(encoding="utf-8")
    return _template().render(
        metrics=evaluation.metrics,
        spaces=_spaces(evaluation.metrics),
        summary=" ".join(summary_sentences(evaluation.metrics)),
        examples=examples(evaluation.outputs, settings["evaluate"]["players"]),
        directions=direction_table(evaluation),
        figures={name: inline(name, svg) for name, svg in figures.items()},
        model=model,
        training=model.spec.get("training", {}),
        environment=environment(),
        generator_cost=_cost(model),
        settings=list(leaves({"recipe": model.spec["recipe"], **settings})),
        data=list(leaves(model.spec["data"])),
        script=script,
        script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        **recording_statistics(recordings),
    )


def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folders = [Path(__file__).parent, Path(str(generator_report.__file__)).parent]
    page = Environment(loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    page.filters |= {"number": number, "readable": readable_name, "interval": interval}
    page.globals |= {
        "systems": {TRANSLATED: "Translated"} | baseline_titles(),
        "floor_db": FLOOR_DB,
        "max_seconds": MAX_SECONDS,
        "space_titles": SPACES,
        "meanings": meanings(),
        "baselines": [plugins.load(baselines, name).MEANING for name in baseline_names()],
    }
    return page.get_template("translation_report.html.j2")


def interval(low: float | str, high: float | str) -> str:
    """Format the limits of an interval; empty if there is none."""
    return "" if isinstance(low, str) or isinstance(high, str) else f"{number(low)} to {number(high)}"


def _spaces(metrics: Mapping[str, Any]) -> dict[str, list[str]]:
    """The numbers that were measured in each space, in the order of `SPACES`, other embeddings last."""
    found: dict[str, list[str]] = {space: [] for space in SPACES}
    for name in metrics["better"]:
        for space in metrics[name]:
            found.setdefault(space, []).append(name)
    return {space: names for space, names in found.items() if names}


def _cost(model: Model) -> dict[str, int]:
    training = model.spec.get("training", {})
    counts = {"parameters": model.parameters, "weight_bytes": sum(weight.nbytes for weight in model.weights.values())}
    return counts | ({"clips_shown": training["clips_shown"]} if "clips_shown" in training else {})
