"""Time of each metric, alone and with its confidence interval, on sets of one-second sounds in the mfcc embedding.

    python benchmarks/bench_evaluate.py [sounds in each set, 1000]

No network is run: "generated" sounds are synthesised as the real ones. Shared work (distances, spectra) counts for
the first metric that needs it, as in an evaluation. Times are CPU seconds, which a busy machine hardly affects.
"""

import resource
import sys
import time
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits

from waveloom.config import plugins
from waveloom.evaluation import baselines
from waveloom.evaluation.comparison import HALVINGS, metrics_of
from waveloom.evaluation.embedders import load_embedders
from waveloom.evaluation.feature_spaces import FeatureSpace, feature_spaces
from waveloom.evaluation.metrics import LabelClassifier, Sounds
from waveloom.evaluation.paired_metrics import paired_metrics
from waveloom.evaluation.subset import random_halves
from waveloom.features import Features

RATE = 16000
LABELS = [f"label {number}" for number in range(10)]


def sounds(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Synthesise decaying harmonic tones, with pitch range and decay by label: (count, RATE) and labels."""
    draw = np.random.default_rng(seed)
    seconds = np.arange(RATE) / RATE
    labels = np.arange(count) % len(LABELS)
    clips = np.empty((count, RATE), np.float32)
    for clip, label in zip(clips, labels, strict=True):
        partials = np.arange(1, draw.integers(2, 12))[:, None]
        pitch = 80 * 2 ** (label / 3) * draw.uniform(0.9, 1.1)
        tone = (np.sin(2 * np.pi * pitch * partials * seconds) / partials).sum(axis=0)
        beat = 1 + draw.uniform(0, 1) * np.sin(2 * np.pi * draw.uniform(2, 9) * seconds + draw.uniform(0, 6))
        sound = tone * beat * np.exp(-draw.uniform(1, 4 + label) * seconds) + 0.01 * draw.standard_normal(RATE)
        clip[:] = draw.uniform(0.2, 0.95) * sound / np.abs(sound).max()
    return clips, np.array(LABELS)[labels]


def prepared_spaces(count: int) -> list[FeatureSpace]:
    """Build every set of an evaluation, in every space."""
    start = time.process_time()
    clips = {name: sounds(count, seed) for seed, name in enumerate(("real", "train", "floor", "generated"))}
    train = Sounds(clips["train"][0], RATE, np.empty((count, 0)), clips["train"][1])
    print_time("sounds made", start)
    for name in plugins.available(baselines):
        start = time.process_time()
        clips[name] = plugins.load(baselines, name).make(train, count, 0)
        print_time(f"baseline {name}", start)
    start = time.process_time()
    ear = load_embedders(train.clips, RATE, Features())[0]["mfcc"]
    points = {name: ear.embed(one) for name, (one, _) in clips.items()}
    print_time(f"embedding mfcc, {len(clips)} sets", start)
    sets = {name: Sounds(one, RATE, points[name], labels) for name, (one, labels) in clips.items()}
    judge = LabelClassifier(tuple(LABELS), lambda known: np.full((len(known), len(LABELS)), 1 / len(LABELS)), "")
    return feature_spaces(sets, {"mfcc": points}, judge)


def print_time(name: str, start: float) -> None:
    print(f"{name:<32}{time.process_time() - start:>9.2f} s")


def measure(space: FeatureSpace) -> float:
    """Time each metric of a space on all its sets, and on the random halves for its intervals."""
    total = 0.0
    reals = [space.reference.real.take(rows) for rows in random_halves(len(space.reference.real), HALVINGS, 0)]
    for metric in metrics_of(space.kind):
        alone = with_halves = 0.0
        for evaluated in space.sets.values():
            if space.kind == "labels" and not any(evaluated.labels):
                continue
            start = time.process_time()
            metric.score(evaluated, space.reference)
            alone += time.process_time() - start
            start = time.process_time()
            for rows, real in zip(random_halves(len(evaluated), HALVINGS, 0), reals, strict=True):
                metric.score(evaluated.take(rows), replace(space.reference, real=real))
            with_halves += time.process_time() - start
        name = f"{metric.__name__.rpartition('.')[2]} ({space.name})"
        print(f"{name:<32}{alone:>9.2f} s{with_halves:>9.2f} s for intervals")
        total += alone + with_halves
    return total


def main(count: int = 1000) -> None:
    prepared = prepared_spaces(count)
    print(f"{count} sounds of 1 s in each of {len(prepared[0].sets)} judged sets; seconds for all sets together")
    with threadpool_limits(1):
        total = sum(measure(space) for space in prepared)
    start = time.process_time()
    one, other = (sounds(count, seed)[0] for seed in (1, 2))
    start = time.process_time()
    paired_metrics(one, other, RATE)
    print_time("paired (round trip)", start)
    print(f"all metrics with intervals: {total:.1f} s")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
