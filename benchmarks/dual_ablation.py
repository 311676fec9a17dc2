"""What each of the three ideas of the recipe `dual` is worth: trained whole, and with one of them off, at equal steps.

    python benchmarks/dual_ablation.py <project> [--steps 200] [--seeds 0 1] [--kept build/dual]

`project` is a folder in which the stages `features` and before have run. Every training is judged by the kernel
distance of `--clips` sounds to as many real ones outside the training split, label for label, by the feature table; the
interval is the spread over random halves of both (95%). One training is heard in three ways, which share its weights.
What was measured is kept, so that a run that was stopped goes on; the table is Markdown.
"""

import argparse
import json
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from waveloom.audio.store import ClipStore, open_store
from waveloom.config.checked import read_config
from waveloom.evaluation.points import halves
from waveloom.features import Features
from waveloom.features.kernel_distance import kernel_distance
from waveloom.features.scaling import Scaler, apply, fit
from waveloom.features.table import clip_features
from waveloom.models.model import Model
from waveloom.models.recipe import Recipe, parts, resolve
from waveloom.project import params
from waveloom.representations import spectrogram
from waveloom.training.config import Train
from waveloom.training.train import train

RECIPE = Path(__file__).parents[1] / "conf" / "recipes" / "dual.yml"
VARIANTS = {
    "whole": {},
    "without exchange": {"exchange": False},
    "without selection": {"select": False},
    "without Fourier term": {"fourier_weight": 0.0},
    "none of the three": {"exchange": False, "select": False, "fourier_weight": 0.0},
}
HEARD = ("time", "both", "fourier")
BATCH = 32  # clips generated at a time


class Corpus:
    """Clips of a project with their features, and the real sounds that generators are judged by."""

    def __init__(self, project: Path, count: int) -> None:
        self.store: ClipStore = open_store(project / "data/02_clips/clips")
        self.table = pd.read_parquet(project / "data/03_features/mfcc.parquet")
        self.features = read_config(Features, params.load(project / "params.yaml")["features"], "features")
        self.scaler: Scaler = fit(self.table[self.table["split"] == "train"])
        outside = np.flatnonzero(self.store.index["split"] != "train")
        self.rows = np.random.default_rng(0).permutation(outside)[:count]
        names = sorted(self.store.index["label"].unique())
        self.labels = self.store.index["label"].map(names.index).to_numpy(np.int32)[self.rows]
        self.real = self.hear(self.store.read(self.rows))

    def hear(self, clips: np.ndarray) -> np.ndarray:
        return apply(self.scaler, clip_features(clips, self.store.rate_hz, self.features))

    def judge(self, clips: np.ndarray) -> tuple[float, float]:
        """Kernel distance of clips (n, samples) to the real ones, and its margin."""
        heard = self.hear(clips)
        both = zip(halves(len(heard), 20, 1), halves(len(self.real), 20, 2), strict=True)
        spread = [kernel_distance(self.real[there], heard[here]) for here, there in both]
        return kernel_distance(self.real, heard), 1.96 * float(np.std(spread, ddof=1))


def sounds(model: Model, recipe: Recipe, labels: np.ndarray, rate: int) -> dict[str, np.ndarray]:
    """What a model trained with `heard: both` makes of fixed noise, heard in each way: (n, samples)."""
    chosen, samples = parts(recipe), model.spec["samples"]
    networks = chosen.networks.build(chosen.networks_config, (samples,), recipe.noise, len(model.spec["labels"]))
    networks.generator.set_weights([model.weights[name] for name in sorted(model.weights)])
    noise = np.random.default_rng(5).standard_normal((len(labels), recipe.noise), dtype=np.float32)
    made: dict[str, list[np.ndarray]] = {name: [] for name in HEARD}
    hop = chosen.networks_config.hop
    for first in range(0, len(labels), BATCH):
        given = [noise[first : first + BATCH], labels[first : first + BATCH]]
        clip, view = (np.asarray(one) for one in networks.views.generators(given))
        made["time"].append(clip)
        made["both"].append(np.asarray(networks.generator(given)))
        made["fourier"].append(spectrogram.decode(spectrogram.Config(n_fft=4 * hop, hop=hop), view, samples, rate))
    return {name: np.concatenate(clips) for name, clips in made.items()}


def measure(corpus: Corpus, variant: str, seed: int, steps: int, kept: Path) -> dict:
    tree = YAML(typ="safe").load(RECIPE)
    size = {"time": {"channels": 8}, "fourier": {"width": 64}, "hop": 64, "heard": "both"}
    recipe = resolve(tree, {"options": {"dual": {**size, **VARIANTS[variant]}}})
    rules = Train(recipe="dual", steps=steps, batch_size=16, seed=seed, validate_every=0, checkpoint_every=100)
    model, _ = train(corpus.store, corpus.table, corpus.scaler, corpus.features, recipe, rules, kept / "checkpoints")
    heard = sounds(model, recipe, corpus.labels, corpus.store.rate_hz)
    return {name: corpus.judge(clips) for name, clips in heard.items()}


def table(found: dict[str, dict], seeds: list[int], steps: int) -> str:
    lines = ["| | seed | " + " | ".join(HEARD) + " |", "|---|---|" + "---|" * len(HEARD)]
    for variant, seed in product(VARIANTS, seeds):
        if scores := found.get(f"{variant}/{seed}/{steps}"):
            told = (f"{value:.1f} ± {margin:.1f}" for value, margin in (scores[name] for name in HEARD))
            lines.append(f"| {variant} | {seed} | {' | '.join(told)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--clips", type=int, default=128)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--kept", type=Path, default=Path("build/dual"))
    given = parser.parse_args()
    given.kept.mkdir(parents=True, exist_ok=True)
    file = given.kept / "found.json"
    found = json.loads(file.read_text()) if file.exists() else {}
    corpus = Corpus(given.project, given.clips)
    for seed, variant in product(given.seeds, VARIANTS):
        name = f"{variant}/{seed}/{given.steps}"
        if name not in found:
            found[name] = measure(corpus, variant, seed, given.steps, given.kept)
            file.write_text(json.dumps(found, indent=1))
            print(table(found, given.seeds, given.steps), flush=True)
    print(table(found, given.seeds, given.steps))


if __name__ == "__main__":
    main()
