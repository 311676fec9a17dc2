"""Renders the report as one HTML page that needs no network and no script, and can be sent by mail."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from waveloom.audio.report_spectra import FLOOR_DB
from waveloom.config import plugins
from waveloom.evaluation import baselines
from waveloom.evaluation.comparison import meanings, metric_directions
from waveloom.evaluation.denoising import MEANING as DENOISING
from waveloom.evaluation.embeddings import FEATURE_TABLE
from waveloom.evaluation.evaluate import Evaluation
from waveloom.evaluation.generator_cost import generator_cost
from waveloom.evaluation.omissions import sentences
from waveloom.evaluation.paired_metrics import MEANING as PAIRED
from waveloom.evaluation.report.audio_players import comparison_rows
from waveloom.evaluation.report.environment import environment
from waveloom.evaluation.report.summary import summary_sentences
from waveloom.evaluation.stereo import MEANING as STEREO
from waveloom.ingest.provenance import provenance
from waveloom.ingest.value_counts import value_counts
from waveloom.models.model import Model

COLUMNS = {"generated": "Generated", "floor": "Other real sounds", "ceiling": "Representation only"}
SPACE_TITLES = {"mfcc": "feature table", "clips": "clips", "labels": "labels, with a classifier"}
_SPELLED = {
    "frechet": "Fréchet",
    "gan train": "GAN-train",
    "si sdr": "SI-SDR",
    "snr": "SNR",
    "stft": "STFT",
    "rms": "RMS",
    "two sample": "two-sample",
    "held out": "held-out",
}
CREDITS = 2000  # attributions listed in the page, at most; all are in the recordings table


def render(
    evaluation: Evaluation,
    figures: Mapping[str, str],
    model: Model,
    recordings: pd.DataFrame,
    settings: Mapping[str, Any],
    players: int,
) -> str:
    """Render the report as HTML: summary, audio players, tables and figures.

    `figures` is the result of `figures.draw`, `recordings` the table of ingest, `settings` the parameters to show,
    `players` the number of generated sounds with an audio player.
    """
    embeddings = [name for name, info in evaluation.metrics["embeddings"].items() if not isinstance(info, str)]
    return _template().render(
        evaluation=evaluation,
        metrics=evaluation.metrics,
        summary=" ".join(summary_sentences(evaluation.metrics)),
        left_out=sentences(evaluation.metrics.get("left_out", {})),
        comparison_rows=comparison_rows(
            evaluation.generated, evaluation.train, evaluation.real, evaluation.metrics["sets"]["seed"], players
        ),
        embeddings=[name for name in embeddings if name != FEATURE_TABLE],
        training=model.spec.get("training", {}),
        environment=environment(),
        figures={name: inline(name, svg) for name, svg in figures.items()},
        model=model,
        generator_cost=generator_cost(model),
        settings=list(leaves({"recipe": model.spec["recipe"], **settings})),
        data=list(leaves(model.spec["data"])),
        **recording_statistics(recordings),
    )


def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = FileSystemLoader(Path(__file__).parent)
    page = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    page.filters |= {"number": number, "readable": readable_name, "measured": measured}
    modules = {name: plugins.load(baselines, name) for name in plugins.available(baselines)}
    titles = COLUMNS | {name: module.TITLE for name, module in modules.items()}
    page.globals |= {
        "columns": titles,
        "floor_db": FLOOR_DB,
        "better": metric_directions(),
        "space_titles": SPACE_TITLES,
    }
    page.globals["baselines"] = [module.MEANING for module in modules.values()]
    page.globals["meanings"] = [*meanings().values(), PAIRED]
    page.globals["denoising"] = DENOISING
    page.globals["stereo"] = STEREO
    return page.get_template("report.html.j2")


def number(value: float | str) -> str:
    """Format a number for a table: three significant figures and a minus sign; a string is returned unchanged."""
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}".replace("-", "−")  # noqa: RUF001


def measured(value: float | str, margin: float | str) -> str:
    """Format a number with its margin, if it has one; a dash if it was not measured."""
    if isinstance(value, str):
        return "–"  # noqa: RUF001
    return number(value) if isinstance(margin, str) else f"{number(value)} ± {margin:.2g}"


def readable_name(name: str) -> str:
    """Format the name of a number for readers: "si_sdr_db" becomes "SI-SDR, dB"."""
    text = re.sub(r"_db$", ", dB", name).replace("_", " ")
    return re.sub("|".join(_SPELLED), lambda found: _SPELLED[found[0]], text)


def inline(name: str, svg: str) -> str:
    """Prepare an SVG document for embedding in HTML: remove its prologue and make its ids unique."""
    body = svg[svg.index("<svg") :]
    return re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", body)


def recording_statistics(recordings: pd.DataFrame) -> dict[str, Any]:
    """Provenance, counts by reason, licence and split, and attributions of the recordings."""
    accepted = recordings[recordings["status"] == "accepted"]
    rejected = recordings[recordings["status"] != "accepted"]
    attributions = accepted[["licence", "attribution"]].drop_duplicates().sort_values(["licence", "attribution"])
    return {
        "provenance": provenance(recordings),
        "accepted": len(accepted),
        "rejected": _counts(rejected["reason"]),
        "licences": _counts(accepted["licence"]),
        "splits": _counts(accepted["split"]),
        "credits": list(attributions.head(CREDITS).itertuples(index=False)),
        "uncredited": max(len(attributions) - CREDITS, 0),
    }


def _counts(values: pd.Series) -> list[tuple[str, int]]:
    return list(value_counts(values.fillna("")).items())


def leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Flatten a nested mapping to pairs of dotted key and text; `prefix` starts every key."""
    for key, value in tree.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value if isinstance(value, str) else json.dumps(value)
