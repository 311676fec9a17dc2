"""Figures of the report as SVG: the same bytes for the same numbers, readable on light and dark pages."""

import io
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from waveloom.audio.report_spectra import FLOOR_DB, HOP, WINDOW, average_spectra, decibels, power
from waveloom.config import plugins
from waveloom.evaluation import baselines
from waveloom.evaluation.comparison import metric_directions
from waveloom.evaluation.evaluate import Evaluation
from waveloom.evaluation.metrics import Sounds
from waveloom.evaluation.report import headline_axes
from waveloom.evaluation.report.audio_players import matching_real_rows

_INK = "#010203"  # placeholder, replaced by the text colour of the page
_SHADE = (0.12, 0.48, 0.44)  # red, green, blue
REAL, GENERATED = "#2a9d8f", "#e76f51"  # distinguishable for colour-blind readers, on white and on black
CEILING = "#8a8fbf"
LABEL_LENGTH = 40  # characters of a label in a figure


def draw(evaluation: Evaluation, history: pd.DataFrame) -> dict[str, str]:
    """Draw headline numbers, losses, spectra, spectrograms and, if there are labels, confusion matrices: {name: SVG}.

    `history` has columns step, discriminator_loss, generator_loss and validation_distance (NaN if not measured).
    """
    figures = {
        "losses": svg(7.2, 4.2, partial(losses, history=history)),
        "spectra": svg(7.2, 3.2, partial(_spectra, real=evaluation.real, generated=evaluation.generated)),
        "spectrograms": svg(8.4, 3.8, partial(_spectrograms, real=evaluation.real, generated=evaluation.generated)),
    }
    figures |= _headline(evaluation.metrics)
    if len(evaluation.confusion):
        figures["confusion"] = confusion_matrix(evaluation.confusion, "label of the recording", "predicted label")
    if len(evaluation.agreement):
        figures["agreement"] = confusion_matrix(evaluation.agreement, "requested label", "predicted label")
    return figures


def _headline(metrics: dict[str, Any]) -> dict[str, str]:
    # White noise scores so badly that all other sets would coincide on its scale; it is only in the table.
    titles = {name: plugins.load(baselines, name).TITLE for name in plugins.available(baselines) if name != "noise"}
    rows = headline_axes.headline_rows(metrics, metric_directions(), titles)
    colours = {"generated": GENERATED, "floor": REAL, "ceiling": CEILING, "baseline": _INK}
    height = 0.7 + 0.62 * len(rows)
    if not rows:
        return {}
    return {
        "standing": svg(7.2, height, partial(headline_axes.draw_rows, rows=rows, baselines=titles, colours=colours))
    }


def losses(figure: Any, history: pd.DataFrame) -> None:
    """Draw the losses, and below them the validation distance, over the steps of a training."""
    above, below = figure.subplots(2, 1, sharex=True)
    for name, colour in (("discriminator_loss", REAL), ("generator_loss", GENERATED)):
        above.plot(history["step"], history[name], color=colour, linewidth=1, label=name.replace("_", " "))
    above.set_ylabel("loss")
    _legend(above)
    measured = history.dropna(subset=["validation_distance"])
    below.plot(measured["step"], measured["validation_distance"], "o-", color=GENERATED, markersize=3, linewidth=1)
    below.set(xlabel="training step", ylabel="validation distance")
    below.xaxis.get_major_locator().set_params(integer=True)


def _spectra(figure: Any, real: Sounds, generated: Sounds) -> None:
    axes = figure.subplots()
    khz = np.fft.rfftfreq(WINDOW, 1 / real.rate_hz) / 1000
    for sounds, colour, name in ((real, REAL, "real"), (generated, GENERATED, "generated")):
        if not len(sounds):
            continue
        low, middle, high = np.percentile(average_spectra(sounds.clips), [25, 50, 75], axis=0)
        axes.fill_between(khz, low, high, color=colour, alpha=0.2, linewidth=0)
        axes.plot(khz, middle, color=colour, linewidth=1.5, label=name)
    axes.set(xlabel="frequency (kHz)", ylabel="level (dB re full scale)", xlim=(0, khz[-1]), ylim=(FLOOR_DB, None))
    _legend(axes)


def _spectrograms(figure: Any, real: Sounds, generated: Sounds, columns: int = 6) -> None:
    sets: list[tuple[str, Sounds, Sequence[int]]] = [("generated", generated, range(min(columns, len(generated))))]
    sets += [("real", real, matching_real_rows(generated, real, columns))] if len(real) else []
    axes = figure.subplots(len(sets), columns, sharex=True, sharey=True, squeeze=False)
    for row, (name, sounds, numbers) in zip(axes, sets, strict=True):
        for axis, number in zip(row, numbers, strict=False):
            image = spectrogram(axis, sounds.clips[number], sounds.rate_hz)
            axis.set_title(short(sounds.labels[number]), fontsize=8)
        row[0].set_ylabel(f"{name}\nfrequency (kHz)")
    figure.supxlabel("time (s)", fontsize=9)
    figure.colorbar(image, ax=axes, label="level (dB re full scale)")


def spectrogram(axis: Any, clip: np.ndarray, rate_hz: int) -> Any:
    """Draw the spectrogram of a clip (samples,); returns the image, for a colour bar."""
    picture = decibels(power(clip[None])[0]).T
    extent = (0, picture.shape[1] * HOP / rate_hz, 0, rate_hz / 2000)
    return axis.imshow(picture, "magma", aspect="auto", origin="lower", extent=extent, vmin=FLOOR_DB, vmax=0)


def confusion_matrix(predictions: pd.DataFrame, rows: str, columns: str) -> str:
    """Draw how often each actual label is predicted as each label; `rows` and `columns` name the axes."""
    names = sorted(set(predictions["actual"]) | set(predictions["predicted"]))
    counts = pd.crosstab(predictions["actual"], predictions["predicted"]).reindex(
        index=names, columns=names, fill_value=0
    )
    shares = 100 * counts.div(counts.sum(axis=1).clip(lower=1), axis=0)
    longest = max(len(short(name)) for name in names)
    side = 0.34 * len(names) + 0.08 * max(0, longest - 20)  # inches; the figure has room for 20 characters beside it
    return svg(2.6 + side, 1.9 + side, partial(_confusion, shares=shares, rows=rows, columns=columns))


def _confusion(figure: Any, shares: pd.DataFrame, rows: str, columns: str) -> None:
    axes = figure.subplots()
    values = shares.to_numpy()
    # The opacity of one colour shows the share, so that 0 is the page background, light or dark.
    axes.imshow([[(*_SHADE, share / 100) for share in row] for row in values])
    for row, column in zip(*np.nonzero(values), strict=True):
        ink = "white" if values[row, column] > 55 else _INK
        axes.text(column, row, f"{values[row, column]:.0f}", ha="center", va="center", color=ink, fontsize=7)
    names = [short(name) for name in shares.index]
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel=f"{columns} (% of each row)", ylabel=rows)


def short(label: str) -> str:
    """Shorten a label to the length that fits, and replace characters that are invalid in SVG."""
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(label))
    return text if len(text) <= LABEL_LENGTH else f"{text[: LABEL_LENGTH - 1]}…"


def _legend(axes: Any) -> None:
    axes.legend(frameon=False, ncols=2, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)


def svg(width: float, height: float, paint: Callable[[Any], None]) -> str:
    """Render what `paint` draws on an empty figure of this size in inches."""
    import matplotlib
    from matplotlib.figure import Figure

    colours = dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), _INK)
    fixed = {"svg.hashsalt": "waveloom", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9}
    fixed["text.parse_math"] = False  # a dollar sign in a label is not math
    spines = {"axes.spines.top": False, "axes.spines.right": False, "axes.facecolor": "none"}
    with matplotlib.rc_context({**colours, **fixed, **spines}):
        figure = Figure((width, height), layout="constrained", facecolor="none")
        paint(figure)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return text.getvalue().replace(_INK, "currentColor")
