"""Can the joins of a long sound be detected, compared with cross-faded and concatenated clips?

    python benchmarks/seams.py MODEL LABEL [LABEL ...] [--real FOLDER]

Three sounds of one minute per label: from `waveloom generate --seconds`; from the same windows as clips, joined by a
waveform cross-fade of 50 ms; and from these clips end to end. With --real, also recordings in FOLDER/LABEL, which have
no joins, scored at times of the same spacing. Each detector scores the joins and, in the same sound, as many times far
from any join:

- change: difference between the spectra of 30 ms before and after, in decibels per band;
- phase: deviation from the spectrum predicted by the phases of the two previous frames (complex-domain deviation);
- click: peak of the second difference within 30 ms, relative to its RMS around;
- drift: as change, but of 300 ms before and after, 200 ms apart: not a join, but how the sound develops.

AUC is the probability that a join scores above another time (0.5: not detectable), with a 95% interval over sounds;
`found` is the share of joins above the 95% quantile of other times. Our joins extend over time: their start, middle and
end are scored, and also the borders of the blocks in which phases are reconstructed.
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


class JoinedSound(NamedTuple):
    """A sound (samples,), and the times of its joins in seconds."""

    samples: np.ndarray
    joins: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("labels", nargs="+")
    parser.add_argument("--real", type=Path)
    args = parser.parse_args()
    model = load_model(args.model)
    rate = model.spec["rate_hz"]
    print("label | sound | detector | AUC | 95% | found")
    for label in args.labels:
        sets: dict[str, list[JoinedSound]] = {}
        for seed in SEEDS:
            for name, sound in joined_sounds(model, seed, label).items():
                sets.setdefault(name, []).append(sound)
        if args.real:
            sets["real"] = [real(file, rate, model.spec["samples"]) for file in sorted((args.real / label).iterdir())]
        for name, sounds in sets.items():
            for detector in ("change", "phase", "click", "drift"):
                scores = [score(sound, rate, detector) for sound in sounds]
                low, high = np.quantile(resampled(scores), [0.025, 0.975])
                row = f"{auc(scores):.2f} | {low:.2f} to {high:.2f} | {found(scores):.2f}"
                print(f"{label} | {name} | {detector} | {row}", flush=True)


def joined_sounds(model: Model, seed: int, label: str) -> dict[str, JoinedSound]:
    """Generate one sound, joined in three ways."""
    rate, clip = model.spec["rate_hz"], model.spec["samples"]
    chosen = parts(model_recipe(model))
    encoded = np.stack(list(islice(encoded_clips(Sampler(model), seed, label), SECONDS * rate // clip)))
    clips = chosen.representation.decode(chosen.representation_config, encoded, clip, rate)
    ours = np.concatenate(list(stream(Sampler(model), seed, SECONDS, label)))
    hop, frames = clip / encoded.shape[1] / rate, encoded.shape[1]
    ends = np.array([(begin, end) for begin, end in islice(overlaps(frames, seed), SECONDS * rate // clip)]) * hop
    overlap = round(FADE * rate)
    return {
        "ours, start": JoinedSound(ours, ends[:, 0]),
        "ours, middle": JoinedSound(ours, ends.mean(axis=1)),
        "ours, end": JoinedSound(ours, ends[:, 1]),
        "ours, block": JoinedSound(ours, np.arange(1, SECONDS / hop // BLOCK) * BLOCK * hop),
        "cross-fade": JoinedSound(
            faded(clips, overlap), (np.arange(1, len(clips)) * (clip - overlap) + overlap / 2) / rate
        ),
        "end to end": JoinedSound(clips.ravel(), np.arange(1, len(clips)) * clip / rate),
    }


def faded(clips: np.ndarray, overlap: int) -> np.ndarray:
    """Cross-fade clips with equal power over `overlap` samples."""
    rise = np.sin(np.linspace(0, np.pi / 2, overlap))
    joined = clips[0]
    for _, new in pairwise(clips):
        joined = np.concatenate(
            [joined[:-overlap], joined[-overlap:] * rise[::-1] + new[:overlap] * rise, new[overlap:]]
        )
    return joined


def real(file: Path, rate: int, clip: int) -> JoinedSound:
    """Read a recording, which has no joins, with regular times to score."""
    samples, own = soundfile.read(file, dtype="float32", always_2d=True)
    samples = soxr.resample(samples.mean(axis=1), own, rate)
    return JoinedSound(samples, np.arange(clip, len(samples) - clip // 2, clip * 2 // 3) / rate)


def score(sound: JoinedSound, rate: int, detector: str) -> tuple[np.ndarray, np.ndarray]:
    """Give a detector's scores of the joins, and of as many times far from them."""
    curve, per_second = curves(sound.samples, rate, detector)
    inside = sound.joins[(sound.joins > 0.5) & (sound.joins < len(sound.samples) / rate - 0.5)]
    drawn = np.random.default_rng(0).uniform(0.5, len(sound.samples) / rate - 0.5, 4000)
    away = drawn[np.abs(drawn[:, None] - inside).min(axis=1) > 0.12][: max(len(inside), 20)]

    def peak(time: float) -> float:
        at = slice(int((time - NEAR) * per_second), int((time + NEAR) * per_second) + 1)
        return float(curve[at].max())

    return np.array([peak(at) for at in inside]), np.array([peak(at) for at in away])


def curves(samples: np.ndarray, rate: int, detector: str) -> tuple[np.ndarray, float]:
    """Give a detector's scores over time, and their rate in Hz."""
    if detector == "click":
        bend = np.abs(np.diff(samples, 2, append=[0, 0]))
        around = np.sqrt(np.convolve(bend**2, np.full(rate // 10, 10 / rate), "same")) + 1e-5
        return bend / around, rate
    framed = np.lib.stride_tricks.sliding_window_view(np.pad(samples, N_FFT // 2), N_FFT)[::HOP]
    spectrum = np.fft.rfft(framed * np.hanning(N_FFT))
    per_second = rate / HOP
    if detector == "phase":
        magnitude, phase = np.abs(spectrum), np.exp(1j * np.angle(spectrum))
        predicted = magnitude[1:-1] * phase[1:-1] ** 2 * phase[:-2].conj()
        deviation = np.abs(spectrum[2:] - predicted).sum(axis=1) / (magnitude[2:].sum(axis=1) + 1e-3)
        return np.pad(deviation, (2, 0)), per_second
    edges = np.unique(np.geomspace(2, N_FFT // 2, 25).astype(int))
    power = np.add.reduceat(np.abs(spectrum) ** 2, edges[:-1], axis=1)
    span, gap = (round(s * per_second) for s in ((0.03, 0.008) if detector == "change" else (0.3, 0.1)))
    total = np.cumsum(np.pad(power, ((span + gap + 1, span + gap), (0, 0)), mode="edge"), axis=0)
    means = 10 * np.log10((total[span:] - total[:-span]) / span + 1e-4)  # of the `span` frames from each frame on
    count, far = len(power), span + 2 * gap
    return np.abs(means[far : far + count] - means[:count]).mean(axis=1), per_second


def auc(scores: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Give the probability that a join scores above another time of its sound."""
    return float(np.mean([(np.sign(at[:, None] - away).mean() + 1) / 2 for at, away in scores]))


def resampled(scores: list[tuple[np.ndarray, np.ndarray]]) -> list[float]:
    """Bootstrap `auc`: sounds, and times in them, drawn with replacement."""
    draw = np.random.default_rng(0)

    def again(values: np.ndarray) -> np.ndarray:
        return draw.choice(values, len(values))

    return [
        auc([(again(scores[i][0]), again(scores[i][1])) for i in draw.integers(0, len(scores), len(scores))])
        for _ in range(DRAWS)
    ]


def found(scores: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Give the share of joins above the 95% quantile of other times of the same sound."""
    return float(np.mean([np.mean(at > np.quantile(away, 0.95)) for at, away in scores]))


if __name__ == "__main__":
    main()
