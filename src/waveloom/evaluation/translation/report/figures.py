"""Figures of the report on a translator, as SVG."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from waveloom.evaluation.embeddings import FEATURE_TABLE
from waveloom.evaluation.report.figures import GENERATED, REAL, confusion_matrix, losses, short, spectrogram, svg
from waveloom.evaluation.translation.evaluate import TranslationEvaluation
from waveloom.evaluation.translation.measurement import Output
from waveloom.evaluation.translation.report.examples import evenly_spaced
from waveloom.evaluation.translation.systems import TARGET, TRANSLATED, baseline_titles

PANELS = (  # number, space, title
    ("log_spectral_distance_db", "truth", "log-spectral distance to the truth, dB"),
    ("onset_f1", "source", "onset F1, to the source"),
    ("chroma_cosine", "source", "chroma cosine, to the source"),
    ("note_distance", "source", "note distance, to the source"),
    ("style_accuracy", FEATURE_TABLE, "style accuracy"),
    ("kernel_distance", FEATURE_TABLE, "kernel distance to the target"),
)
_OTHER = "#8a8fbf"
_COLUMNS = 4  # of the figure of spectrograms


def draw(evaluation: TranslationEvaluation, history: pd.DataFrame) -> dict[str, str]:
    """Draw headline numbers, losses, spectrograms and the confusion of domains: {name: SVG}."""
    figures = {
        "losses": svg(7.2, 4.2, partial(losses, history=history)),
        "spectrograms": svg(8.4, 5.2, partial(_spectrograms, outputs=evaluation.outputs)),
    }
    panels = [panel for panel in PANELS if isinstance(_values(evaluation.metrics, panel).get(TRANSLATED), float)]
    if panels:
        height = 2.5 * -(-len(panels) // 2)
        figures["standing"] = svg(8.4, height, partial(_standing, metrics=evaluation.metrics, panels=panels))
    if len(evaluation.confusion):
        figures["confusion"] = confusion_matrix(evaluation.confusion, "target domain", "predicted domain")
    return figures


def _values(metrics: Mapping[str, Any], panel: tuple[str, str, str]) -> dict[str, Any]:
    return metrics.get(panel[0], {}).get(panel[1], {})


def _standing(figure: Any, metrics: Mapping[str, Any], panels: list[tuple[str, str, str]]) -> None:
    """One panel for each number: every system with its 95% interval."""
    axes = figure.subplots(-(-len(panels) // 2), 2, squeeze=False).ravel()
    titles = {TRANSLATED: "Translated"} | baseline_titles()
    for axis, panel in zip(axes, panels, strict=False):
        values = _values(metrics, panel)
        systems = [system for system in reversed(titles) if isinstance(values.get(system), float)]
        for height, system in enumerate(systems):
            low, high = (metrics[limit][panel[0]][panel[1]][system] for limit in ("lower", "upper"))
            colour = {TRANSLATED: GENERATED, TARGET: REAL}.get(system, _OTHER)
            if isinstance(low, float):
                axis.plot([low, high], [height, height], color=colour, linewidth=1.5)
            axis.plot(values[system], height, "o", color=colour, markersize=5)
        axis.set_yticks(range(len(systems)), [titles[system] for system in systems], fontsize=7)
        axis.set_title(f"{panel[2]} ({metrics['better'][panel[0]]} is better)", fontsize=8)
        axis.tick_params(axis="x", labelsize=7)
        axis.margins(y=0.12)
    for axis in axes[len(panels) :]:
        axis.set_visible(False)


def _spectrograms(figure: Any, outputs: list[Output]) -> None:
    numbers = evenly_spaced(len(outputs), _COLUMNS)
    axes = figure.subplots(3, len(numbers), sharey=True, squeeze=False)
    for column, number in zip(axes.T, numbers, strict=True):
        translation, selected = outputs[number].translation, outputs[number].selected
        sounds = [selected.source.sound, outputs[number].sound, selected.truth.sound if selected.truth else None]
        column[0].set_title(f"{short(translation.source)} to {short(translation.target)}", fontsize=8)
        for axis, sound in zip(column, sounds, strict=True):
            if sound is None:
                axis.set_axis_off()
            else:
                image = spectrogram(axis, sound.samples, sound.rate_hz)
    for axis, name in zip(axes[:, 0], ("input", "output", "true target"), strict=True):
        axis.set_ylabel(f"{name}\nfrequency (kHz)")
    figure.supxlabel("time (s)", fontsize=9)
    figure.colorbar(image, ax=axes, label="level (dB re full scale)")
