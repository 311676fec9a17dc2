"""Inaudible changes of real sounds: the kernel distance must stay within the interval of unchanged ones."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from validation.degradations import SEED, Clips
from validation.measure import embed, load, references_of
from waveloom.audio.store import ClipStore
from waveloom.evaluation.comparison import HALVINGS
from waveloom.evaluation.embeddings import FEATURE_TABLE
from waveloom.evaluation.metrics import Reference, kernel_distance
from waveloom.evaluation.subset import Subset, random_halves
from waveloom.representations import spectrogram

MOVED = 0.3  # deviations of the training sounds by which a column's mean moves
Change = Callable[[Clips], np.ndarray]


def lifted_floor(real: Clips) -> np.ndarray:
    """Add the decoded spectrogram of a value 0.01 of the scale (-1 to 1) above silence."""
    config, samples = spectrogram.Config(), real.clips.shape[1]
    lowest = np.full((1, *spectrogram.shape(config, samples, real.rate_hz)), -0.98, np.float32)
    return real.clips + spectrogram.decode(config, lowest, samples, real.rate_hz)


def offset(value: float) -> Change:
    """Add a constant."""
    return lambda real: real.clips + np.float32(value)


def tone(hertz: float, level_db: float = -70.0) -> Change:
    """Add a sine whose amplitude is so many dB below full scale, at most at 0.9 of half the rate."""

    def add(real: Clips) -> np.ndarray:
        radians = 2 * np.pi * min(hertz, 0.45 * real.rate_hz) / real.rate_hz
        return real.clips + 10 ** (level_db / 20) * np.sin(radians * np.arange(real.clips.shape[1]))

    return add


def last_bit(real: Clips) -> np.ndarray:
    """Add white noise of one step of 16 bits, and round to such steps."""
    steps = np.random.default_rng(SEED).uniform(-1, 1, real.clips.shape)
    return np.round(real.clips * 32768 + steps) / 32768


CHANGES: dict[str, Change] = {
    "none": lambda real: real.clips,
    "lifted floor": lifted_floor,
    "offset 0.001": offset(0.001),
    "offset 0.02": offset(0.02),
    "30 Hz, -70 dB": tone(30.0),
    "250 Hz, -70 dB": tone(250.0),
    "1 kHz, -70 dB": tone(1000.0),
    "15 kHz, -70 dB": tone(15_000.0),
    "last bit": last_bit,
}


@threadpool_limits.wrap(limits=1)
def measure(corpus: str, store: ClipStore, folder: Path) -> pd.DataFrame:
    """One row per change and embedding: kernel distance, margin of unchanged sounds, share of moved columns."""
    sets = references_of(store)
    embedders, _ = load(sets["train"].clips, store.rate_hz)
    real = embed(embedders, sets["real"], folder)[1]
    rows: list[dict[str, Any]] = []
    before: dict[str, np.ndarray] = {}
    for name, change in CHANGES.items():
        changed = change(sets["other"]).astype(np.float32)
        points = embed(embedders, replace(sets["other"], clips=changed), folder)[1]
        before = before or points
        rows += [{"corpus": corpus, "change": name, **row} for row in _rows(real, points, before)]
    return pd.DataFrame(rows)


def _rows(
    real: dict[str, np.ndarray], evaluated: dict[str, np.ndarray], before: dict[str, np.ndarray]
) -> Iterator[dict[str, Any]]:
    for space, points in evaluated.items():
        reference = Subset(real[space], np.zeros(len(real[space])))
        part = Subset(points, np.zeros(len(points)))
        value = _distance(part, reference)
        both = (random_halves(len(one), HALVINGS, SEED) for one in (part, reference))
        spread = [_distance(part.take(a), reference.take(b)) for a, b in zip(*both, strict=True)]
        moved = np.abs(points.mean(axis=0) - before[space].mean(axis=0)) > MOVED
        share = float(moved.mean()) if space == FEATURE_TABLE else np.nan
        yield {"space": space, "value": value, "margin": 1.96 * float(np.std(spread, ddof=1)), "moved": share}


def _distance(evaluated: Subset[np.ndarray], real: Subset[np.ndarray]) -> float:
    return kernel_distance.score(evaluated, Reference(real, real, None))["kernel_distance"]


def table(measured: pd.DataFrame) -> str:
    """One row per corpus and embedding, one column per change; bold: outside the interval of unchanged sounds."""
    head = ["corpus", "kernel distance by", *(name if name != "none" else "unchanged" for name in CHANGES), "moved"]
    lines = [head, ["---"] * len(head)]
    for (corpus, space), rows in measured.groupby(["corpus", "space"], sort=False):
        values = rows.set_index("change")["value"]
        margin = float(rows["margin"].iloc[0])
        cells = [f"{values['none']:.2f} ± {margin:.2f}"]
        for name in list(CHANGES)[1:]:
            inside = abs(values[name] - values["none"]) <= margin
            cells.append(f"{values[name]:.2f}" if inside else f"**{values[name]:.2f}**")
        moved = rows["moved"].max()
        lines.append([str(corpus), str(space), *cells, "" if np.isnan(moved) else f"{moved:.1%}"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
