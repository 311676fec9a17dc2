"""One page that shows what a generator is worth, needs no network and no script, and can be sent by mail."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from waveloom.audio.report_spectra import FLOOR_DB
from waveloom.config import plugins
from waveloom.evaluation import baselines
from waveloom.evaluation.comparison import better, meanings
from waveloom.evaluation.denoising import MEANING as DENOISING
from waveloom.evaluation.evaluate import Evaluation
from waveloom.evaluation.generator_cost import expense
from waveloom.evaluation.omissions import sentences
from waveloom.evaluation.paired import MEANING as PAIRED
from waveloom.evaluation.report.environment import environment
from waveloom.evaluation.report.players import trios
from waveloom.evaluation.report.summary import EAR, verdict
from waveloom.evaluation.stereo import MEANING as STEREO
from waveloom.ingest.provenance import provenance
from waveloom.models.model import Model

COLUMNS = {"generated": "Generated", "floor": "Other real sounds", "ceiling": "Representation only"}
PLACES = {"mfcc": "by the feature table", "clips": "by the clips themselves", "labels": "by labels, with a judge"}
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
CREDITS = 2000  # attributions named in the page, at most; all are in the recordings table


def render(
    evaluation: Evaluation,
    figures: Mapping[str, str],
    model: Model,
    recordings: pd.DataFrame,
    settings: Mapping[str, Any],
    players: int,
) -> str:
    """Write the report as HTML: words first, then sounds, figures and tables.

    `figures` as `figures.draw` gives them, `recordings` as ingest left it, `settings` the parameters to be shown.
    """
    heard = {name: said for name, said in evaluation.metrics["embeddings"].items() if not isinstance(said, str)}
    return _template().render(
        evaluation=evaluation,
        metrics=evaluation.metrics,
        verdict=verdict(evaluation.metrics),
        left_out=sentences(evaluation.metrics.get("left_out", {})),
        trios=trios(
            evaluation.generated, evaluation.train, evaluation.real, evaluation.metrics["sets"]["seed"], players
        ),
        ears=[name for name in heard if name != EAR],
        training=model.spec.get("training", {}),
        environment=environment(),
        figures={name: inline(name, svg) for name, svg in figures.items()},
        model=model,
        expense=expense(model),
        settings=list(_leaves({"recipe": model.spec["recipe"], **settings})),
        data=list(_leaves(model.spec["data"])),
        **_provenance(recordings),
    )


def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = FileSystemLoader(Path(__file__).parent)
    page = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    page.filters |= {"number": number, "words": words, "measured": measured}
    simple = {name: plugins.load(baselines, name) for name in plugins.available(baselines)}
    titles = COLUMNS | {name: module.TITLE for name, module in simple.items()}
    page.globals |= {"columns": titles, "floor_db": FLOOR_DB, "better": better(), "places": PLACES}
    page.globals["baselines"] = [module.MEANING for module in simple.values()]
    page.globals["meanings"] = [*meanings().values(), PAIRED]
    page.globals["denoising"] = DENOISING
    page.globals["stereo"] = STEREO
    return page.get_template("report.html.j2")


def number(value: float | str) -> str:
    """A number as a table shows it: three figures, a true minus; words as they are."""
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}".replace("-", "−")  # noqa: RUF001


def measured(value: float | str, margin: float | str) -> str:
    """A number with its margin, where it has one; a dash where it was not measured."""
    if isinstance(value, str):
        return "–"  # noqa: RUF001
    return number(value) if isinstance(margin, str) else f"{number(value)} ± {margin:.2g}"


def words(name: str) -> str:
    """The name of a number as a reader would say it."""
    said = re.sub(r"_db$", ", dB", name).replace("_", " ")
    return re.sub("|".join(_SPELLED), lambda found: _SPELLED[found[0]], said)


def inline(name: str, svg: str) -> str:
    """Make an SVG document part of a page: no prologue, and ids that no other figure has."""
    body = svg[svg.index("<svg") :]
    return re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", body)


def _provenance(recordings: pd.DataFrame) -> dict[str, Any]:
    accepted = recordings[recordings["status"] == "accepted"]
    rejected = recordings[recordings["status"] != "accepted"]
    owed = accepted[["licence", "attribution"]].drop_duplicates().sort_values(["licence", "attribution"])
    return {
        "provenance": provenance(recordings),
        "accepted": len(accepted),
        "rejected": _counts(rejected["reason"]),
        "licences": _counts(accepted["licence"]),
        "splits": _counts(accepted["split"]),
        "credits": list(owed.head(CREDITS).itertuples(index=False)),
        "uncredited": max(len(owed) - CREDITS, 0),
    }


def _counts(values: pd.Series) -> list[tuple[str, int]]:
    counted = values.fillna("").value_counts().rename_axis("value").reset_index(name="count")
    ordered = counted.sort_values(["count", "value"], ascending=[False, True])
    return [(str(value), int(count)) for value, count in ordered.itertuples(index=False)]


def _leaves(tree: Mapping[str, Any], where: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{where}{key}.")
        else:
            yield f"{where}{key}", value if isinstance(value, str) else json.dumps(value)
