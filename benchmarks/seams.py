"""Whether the joins of a long sound can be found, beside those of clips cross-faded or laid end to end.

    python benchmarks/seams.py MODEL LABEL [LABEL ...] [--real FOLDER]

Of each label three sounds of a minute by a generator: `waveloom generate --seconds`; its very windows, each a clip,
over which a waveform cross-fade of 50 ms goes; and the same end to end. With --real, recordings in FOLDER/LABEL, which
have no joins, asked at moments as far apart. Each detector scores the joins and, in the same sound, as many moments far
from any:

- change: how much the spectrum of 30 ms before differs from that of 30 ms after, in decibels a band;
- phase: how far a spectrum is from what the phases of the two before it foretell (complex-domain deviation);
- click: the peak of the second difference within 30 ms, over its strength around;
- drift: as change, of 300 ms before and after, 200 ms apart: not a seam, but whether the sound moves on.

AUC is the chance that a join scores above another moment (0.5: cannot be told), with a 95% interval over sounds; found
is the share of joins above what 5% of other moments reach. A join of ours has no moment: its begin, middle and end are
asked; and, beside the joins, the borders of the blocks in which phases are found.
"""

import argparse
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
import soxr

from waveloom.generation.sampler import Sampler, model_recipe
from waveloom.generation.streaming import encoded_clips, stream
from waveloom.models.files import load_model
from waveloom.models.model import Model
from waveloom.models.recipe import parts
from waveloom.representations._crossfade import overlaps
from waveloom.representations._stream import BLOCK

SECONDS, SEEDS, DRAWS = 60, range(3), 1000
FADE, NEAR = 0.05, 0.03  # seconds: of the cross-fade; within which a detector may find a join
N_FFT, HOP = 512, 64


class Heard(NamedTuple):
    """A sound (samples,), and the moments in seconds at which it was joined."""

    samples: np.ndarray
    joins: np.ndarray


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("model", type=Path)
    asked.add_argument("labels", nargs="+")
    asked.add_argument("--real", type=Path)
    given = asked.parse_args()
    model = load_model(given.model)
    rate = model.spec["rate_hz"]
    print("label | sound | detector | AUC | 95% | found")
    for label in given.labels:
        sets: dict[str, list[Heard]] = {}
        for seed in SEEDS:
            for name, heard in made(model, seed, label).items():
                sets.setdefault(name, []).append(heard)
        if given.real:
            sets["real"] = [real(file, rate, model.spec["samples"]) for file in sorted((given.real / label).iterdir())]
        for name, sounds in sets.items():
            for detector in ("change", "phase", "click", "drift"):
                scores = [score(heard, rate, detector) for heard in sounds]
                low, high = np.quantile(resampled(scores), [0.025, 0.975])
                row = f"{auc(scores):.2f} | {low:.2f} to {high:.2f} | {found(scores):.2f}"
                print(f"{label} | {name} | {detector} | {row}", flush=True)


def made(model: Model, seed: int, label: str) -> dict[str, Heard]:
    """One sound of a generator, joined in three ways."""
    rate, clip = model.spec["rate_hz"], model.spec["samples"]
    chosen = parts(model_recipe(model))
    encoded = np.stack(list(islice(encoded_clips(Sampler(model), seed, label), SECONDS * rate // clip)))
    clips = chosen.representation.decode(chosen.representation_config, encoded, clip, rate)
    ours = np.concatenate(list(stream(Sampler(model), seed, SECONDS, label)))
    hop, frames = clip / encoded.shape[1] / rate, encoded.shape[1]
    ends = np.array([(begin, end) for begin, end in islice(overlaps(frames, seed), SECONDS * rate // clip)]) * hop
    overlap = round(FADE * rate)
    return {
        "ours, begin": Heard(ours, ends[:, 0]),
        "ours, middle": Heard(ours, ends.mean(axis=1)),
        "ours, end": Heard(ours, ends[:, 1]),
        "ours, block": Heard(ours, np.arange(1, SECONDS / hop // BLOCK) * BLOCK * hop),
        "cross-fade": Heard(faded(clips, overlap), (np.arange(1, len(clips)) * (clip - overlap) + overlap / 2) / rate),
        "end to end": Heard(clips.ravel(), np.arange(1, len(clips)) * clip / rate),
    }


def faded(clips: np.ndarray, overlap: int) -> np.ndarray:
    """Cross-fade clips with equal power over `overlap` samples."""
    rise = np.sin(np.linspace(0, np.pi / 2, overlap))
    whole = clips[0]
    for _, new in pairwise(clips):
        whole = np.concatenate([whole[:-overlap], whole[-overlap:] * rise[::-1] + new[:overlap] * rise, new[overlap:]])
    return whole


def real(file: Path, rate: int, clip: int) -> Heard:
    """A recording, asked where nothing is."""
    samples, own = soundfile.read(file, dtype="float32", always_2d=True)
    samples = soxr.resample(samples.mean(axis=1), own, rate)
    return Heard(samples, np.arange(clip, len(samples) - clip // 2, clip * 2 // 3) / rate)


def score(heard: Heard, rate: int, detector: str) -> tuple[np.ndarray, np.ndarray]:
    """What a detector says of the joins, and of as many moments far from them."""
    curve, per_second = curves(heard.samples, rate, detector)
    inside = heard.joins[(heard.joins > 0.5) & (heard.joins < len(heard.samples) / rate - 0.5)]
    drawn = np.random.default_rng(0).uniform(0.5, len(heard.samples) / rate - 0.5, 4000)
    away = drawn[np.abs(drawn[:, None] - inside).min(axis=1) > 0.12][: max(len(inside), 20)]

    def peak(moment: float) -> float:
        at = slice(int((moment - NEAR) * per_second), int((moment + NEAR) * per_second) + 1)
        return float(curve[at].max())

    return np.array([peak(at) for at in inside]), np.array([peak(at) for at in away])


def curves(samples: np.ndarray, rate: int, detector: str) -> tuple[np.ndarray, float]:
    """What a detector says over time, and how often a second."""
    if detector == "click":
        bend = np.abs(np.diff(samples, 2, append=[0, 0]))
        around = np.sqrt(np.convolve(bend**2, np.full(rate // 10, 10 / rate), "same")) + 1e-5
        return bend / around, rate
    framed = np.lib.stride_tricks.sliding_window_view(np.pad(samples, N_FFT // 2), N_FFT)[::HOP]
    spectrum = np.fft.rfft(framed * np.hanning(N_FFT))
    per_second = rate / HOP
    if detector == "phase":
        size, turn = np.abs(spectrum), np.exp(1j * np.angle(spectrum))
        foretold = size[1:-1] * turn[1:-1] ** 2 * turn[:-2].conj()
        apart = np.abs(spectrum[2:] - foretold).sum(axis=1) / (size[2:].sum(axis=1) + 1e-3)
        return np.pad(apart, (2, 0)), per_second
    edges = np.unique(np.geomspace(2, N_FFT // 2, 25).astype(int))
    power = np.add.reduceat(np.abs(spectrum) ** 2, edges[:-1], axis=1)
    span, left_out = (round(s * per_second) for s in ((0.03, 0.008) if detector == "change" else (0.3, 0.1)))
    total = np.cumsum(np.pad(power, ((span + left_out + 1, span + left_out), (0, 0)), mode="edge"), axis=0)
    means = 10 * np.log10((total[span:] - total[:-span]) / span + 1e-4)  # of `span` frames from each on
    count, far = len(power), span + 2 * left_out
    return np.abs(means[far : far + count] - means[:count]).mean(axis=1), per_second


def auc(scores: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """How often a join scores above another moment, within a sound."""
    return float(np.mean([(np.sign(at[:, None] - away).mean() + 1) / 2 for at, away in scores]))


def resampled(scores: list[tuple[np.ndarray, np.ndarray]]) -> list[float]:
    """`auc` of sounds, and of moments in them, drawn with replacement."""
    draw = np.random.default_rng(0)

    def again(values: np.ndarray) -> np.ndarray:
        return draw.choice(values, len(values))

    return [
        auc([(again(scores[i][0]), again(scores[i][1])) for i in draw.integers(0, len(scores), len(scores))])
        for _ in range(DRAWS)
    ]


def found(scores: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Share of joins above the 95% of other moments of the same sound."""
    return float(np.mean([np.mean(at > np.quantile(away, 0.95)) for at, away in scores]))


if __name__ == "__main__":
    main()
