"""Ablation of the recipe `dual`: trained with all three ideas and without each of them, with equal steps.

    python benchmarks/dual_ablation.py <project> [--steps 200] [--seeds 0 1] [--cache build/dual]

`project` is a folder in which the stages up to `features` have run. Every training is measured by the kernel distance
of `--clips` generated sounds to as many real ones of the same labels outside the training split, on the feature table;
the 95% interval is the spread over random halves of both. Each training gives three outputs, which share its weights.
Results are cached, so that a stopped run resumes; the table is Markdown.
"""

import argparse
import json
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from waveloom.audio.store import ClipStore, open_store
from waveloom.config.checked import overlay, read_config
from waveloom.evaluation.subset import random_halves
from waveloom.features import Features
from waveloom.features.kernel_distance import kernel_distance
from waveloom.features.scaling import Scaler, apply, fit
from waveloom.features.table import clip_features
from waveloom.models.build_networks import build_generator
from waveloom.models.model import Model
from waveloom.models.networks import load_weights
from waveloom.models.recipe import Recipe, parts, resolve
from waveloom.project import params
from waveloom.representations import spectrogram
from waveloom.training.config import Train
from waveloom.training.train import TrainingData, train

RECIPE = Path(__file__).parents[1] / "conf" / "recipes" / "dual.yml"
VARIANTS = {
    "all three": {},
    "without exchange": {"generators": {"dual": {"exchange": False}}},
    "without selection": {"games": {"dual": {"select": False}}},
    "without Fourier term": {"games": {"dual": {"fourier_weight": 0.0}}},
    "none of the three": {
        "generators": {"dual": {"exchange": False}},
        "games": {"dual": {"select": False, "fourier_weight": 0.0}},
    },
}
OUTPUTS = ("time", "both", "fourier")
BATCH = 32  # clips generated at a time


class Corpus:
    """Clips of a project with their features, and the real sounds of the reference set."""

    def __init__(self, project: Path, count: int) -> None:
        self.store: ClipStore = open_store(project / "data/02_clips/clips")
        self.table = pd.read_parquet(project / "data/03_features/mfcc.parquet")
        self.features = read_config(Features, params.load(project / "params.yaml")["features"], "features")
        self.scaler: Scaler = fit(self.table[self.table["split"] == "train"])
        outside = np.flatnonzero(self.store.index["split"] != "train")
        self.rows = np.random.default_rng(0).permutation(outside)[:count]
        names = sorted(self.store.index["label"].unique())
        self.labels = self.store.index["label"].map(names.index).to_numpy(np.int32)[self.rows]
        self.real = self.scaled_features(self.store.read(self.rows))

    def scaled_features(self, clips: np.ndarray) -> np.ndarray:
        return apply(self.scaler, clip_features(clips, self.store.rate_hz, self.features))

    def distance(self, clips: np.ndarray) -> tuple[float, float]:
        """Give the kernel distance of clips (n, samples) to the real ones, and its margin."""
        features = self.scaled_features(clips)
        both = zip(random_halves(len(features), 20, 1), random_halves(len(self.real), 20, 2), strict=True)
        spread = [kernel_distance(self.real[there], features[here]) for here, there in both]
        return kernel_distance(self.real, features), 1.96 * float(np.std(spread, ddof=1))


def sounds(model: Model, recipe: Recipe, labels: np.ndarray, rate: int) -> dict[str, np.ndarray]:
    """Generate from fixed latent vectors with each output of a model that was trained on both: (n, samples)."""
    chosen, samples = parts(recipe), model.spec["samples"]
    generator = build_generator(recipe, chosen, (samples,), len(model.spec["labels"]))
    load_weights(generator, model.weights)
    both_views = chosen.generator.both_views(generator)
    noise = np.random.default_rng(5).standard_normal((len(labels), recipe.noise), dtype=np.float32)
    made: dict[str, list[np.ndarray]] = {name: [] for name in OUTPUTS}
    hop = chosen.generator_config.hop
    for first in range(0, len(labels), BATCH):
        inputs = [noise[first : first + BATCH], labels[first : first + BATCH]]
        clip, view = (np.asarray(one) for one in both_views(inputs))
        made["time"].append(clip)
        made["both"].append(np.asarray(generator(inputs)))
        made["fourier"].append(spectrogram.decode(spectrogram.Config(n_fft=4 * hop, hop=hop), view, samples, rate))
    return {name: np.concatenate(clips) for name, clips in made.items()}


def measure(corpus: Corpus, variant: str, seed: int, steps: int, cache: Path) -> dict:
    tree = YAML(typ="safe").load(RECIPE)
    size = {"dual": {"time": {"channels": 8}, "fourier": {"width": 64}, "hop": 64}}
    recipe = resolve(tree, {"options": overlay({"generators": size, "discriminators": size}, VARIANTS[variant])})
    rules = Train(recipe="dual", steps=steps, batch_size=16, seed=seed, validate_every=0, checkpoint_every=100)
    data = TrainingData(corpus.store, corpus.table, corpus.features, corpus.scaler)
    model, _ = train(data, recipe, rules, cache / "checkpoints")
    outputs = sounds(model, recipe, corpus.labels, corpus.store.rate_hz)
    return {name: corpus.distance(clips) for name, clips in outputs.items()}


def table(found: dict[str, dict], seeds: list[int], steps: int) -> str:
    lines = ["| | seed | " + " | ".join(OUTPUTS) + " |", "|---|---|" + "---|" * len(OUTPUTS)]
    for variant, seed in product(VARIANTS, seeds):
        if scores := found.get(f"{variant}/{seed}/{steps}"):
            cells = (f"{value:.1f} ± {margin:.1f}" for value, margin in (scores[name] for name in OUTPUTS))
            lines.append(f"| {variant} | {seed} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--clips", type=int, default=128)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--cache", type=Path, default=Path("build/dual"))
    args = parser.parse_args()
    args.cache.mkdir(parents=True, exist_ok=True)
    file = args.cache / "found.json"
    found = json.loads(file.read_text()) if file.exists() else {}
    corpus = Corpus(args.project, args.clips)
    for seed, variant in product(args.seeds, VARIANTS):
        name = f"{variant}/{seed}/{args.steps}"
        if name not in found:
            found[name] = measure(corpus, variant, seed, args.steps, args.cache)
            file.write_text(json.dumps(found, indent=1))
            print(table(found, args.seeds, args.steps), flush=True)
    print(table(found, args.seeds, args.steps))


if __name__ == "__main__":
    main()
