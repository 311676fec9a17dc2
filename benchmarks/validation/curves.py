"""Fréchet and kernel distance against the number of sounds: two sets of one corpus, and one of them degraded."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from validation.degradations import Clips, add_noise
from validation.measure import embed, load
from waveloom.audio.store import ClipStore
from waveloom.evaluation.metrics import Reference, frechet_distance, kernel_distance
from waveloom.evaluation.subset import Subset

SIZES = (50, 100, 200, 500, 1000, 2000)
MOST_DRAWS = 4  # of each size, at most
NOISE_DB = 20.0
NUMBERS = ("frechet_distance", "frechet_distance_infinite", "kernel_distance")


def measure(store: ClipStore, folder: Path) -> pd.DataFrame:
    """Mean and deviation over draws of each number at each size; no clip is in both sets of a draw."""
    whole = np.arange(len(store))
    train = store.read(whole[:1024])
    embedders, _ = load(train, store.rate_hz)
    real = Clips(store.read(whole), np.full(len(whole), ""), store.rate_hz, train)
    same, harmed = (embed(embedders, clips, folder)[1] for clips in (real, add_noise(real, NOISE_DB)))
    rows = [
        row for name in embedders for row in _rows(same[name], {"the same": same[name], "harmed": harmed[name]}, name)
    ]
    drawn = pd.DataFrame(rows).groupby(["space", "number", "judged", "size"], sort=False)["value"]
    return drawn.agg(mean="mean", deviation="std", draws="count").reset_index()


def _rows(real: np.ndarray, evaluated: dict[str, np.ndarray], space: str) -> Iterator[dict[str, Any]]:
    for size in (size for size in SIZES if 2 * size <= len(real)):
        for draw in range(min(MOST_DRAWS, max(2, len(real) // (2 * size)))):
            rows = np.random.default_rng([draw, size]).permutation(len(real))
            for name, points in evaluated.items():
                scores = _scores(points[rows[:size]], real[rows[-size:]])
                for number in NUMBERS:
                    yield {"space": space, "number": number, "judged": name, "size": size, "value": scores[number]}


@threadpool_limits.wrap(limits=1)  # for matrices this small, synchronising threads takes 100 times the computation
def _scores(evaluated: np.ndarray, real: np.ndarray) -> dict[str, Any]:
    parts = [Subset(points, np.full(len(points), "")) for points in (evaluated, real)]
    reference = Reference(real=parts[1], train=parts[1])
    return {**frechet_distance.score(parts[0], reference), **kernel_distance.score(parts[0], reference)}


def draw(sizes: pd.DataFrame, file: Path) -> None:
    """Draw one panel per embedding and distance: SVG, the same bytes for the same numbers."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    spaces, titles = sizes["space"].unique(), ("Fréchet distance", "kernel distance")
    with mpl.rc_context({"svg.hashsalt": "waveloom", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure((3.4 * len(spaces), 5.6), layout="constrained")
        axes = figure.subplots(2, len(spaces), squeeze=False, sharex=True)
        for column, space in enumerate(spaces):
            some = sizes[sizes["space"] == space]
            _panel(axes[0, column], some, NUMBERS[:2], f"{titles[0]}, {space}")
            _panel(axes[1, column], some, NUMBERS[2:], f"{titles[1]}, {space}")
            axes[1, column].set_xlabel("sounds in each set")
        axes[0, 0].legend(fontsize=7)
        figure.savefig(file, metadata={"Date": None})


def _panel(axis: Any, some: pd.DataFrame, numbers: tuple[str, ...], title: str) -> None:
    for number in numbers:
        for evaluated, colour in (("the same", "tab:blue"), ("harmed", "tab:red")):
            line = some[(some["number"] == number) & (some["judged"] == evaluated)]
            label = f"{number.rpartition('_')[2] if number.endswith('infinite') else 'plain'}, {evaluated}"
            style = "--" if number.endswith("infinite") else "-"
            axis.errorbar(line["size"], line["mean"], line["deviation"], color=colour, ls=style, capsize=2, label=label)
    axis.axhline(0, color="grey", lw=0.5)
    axis.set(xscale="log", title=title)
