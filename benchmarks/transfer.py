"""Does a training that starts from a model need fewer steps than one from random weights? Prints the how-to's table.

    WAVELOOM_REAL_DATA=<folder that holds fsdd> python benchmarks/transfer.py 1500 300

First a model is trained on ten digits of five speakers for 1,500 steps; then on five digits of the sixth speaker for
300 steps, from random weights and from that model. Two fifths of the sixth speaker's takes are the validation split.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from waveloom.audio.store import ClipStore, open_store, write
from waveloom.config.checked import overlay, read_config
from waveloom.features import Features
from waveloom.features.scaling import fit
from waveloom.features.table import feature_table
from waveloom.ingest.config import Ingest
from waveloom.ingest.recordings import recordings
from waveloom.models.model import Model
from waveloom.models.recipe import choose
from waveloom.preparation.config import Prepare
from waveloom.preparation.prepare import prepare
from waveloom.project import params
from waveloom.training.config import Train
from waveloom.training.train import TrainingData, train

PROJECT = Path(__file__).parents[1]
PATTERN = r"(?:.*/)?(?P<digit>[{digits}])_(?P<speaker>{speakers})_(?P<take>\d+)\.wav"
FIVE = {"digits": "0-9", "speakers": "george|jackson|lucas|nicolas|yweweler"}
SIXTH = {"digits": "0-4", "speakers": "theo"}
SMALL = {
    "options": {
        "generators": {"residual": {"width": 96, "spectra": 48, "style": 128}},
        "discriminators": {"residual": {"width": 96, "style": 128}},
        "representations": {
            "spectrogram": {"n_fft": 256, "hop": 128}
        },  # 32 frames x 128 bins: enough for half a second at 8 kHz
    }
}
FEATURES = Features(groups=("mfcc", "spectral"))
SEEDS = (0,)
STARTS: dict[str, dict[str, object]] = {
    "all matching weights": {},
    "all matching weights, at a third of the learning rate": {"loaded_rate": 0.33},
    "discriminator's first layers frozen": {
        "freeze": ("discriminator/input_conv/*", "discriminator/strided_conv/*", "discriminator/block_0_*")
    },
    "only the generator": {},
}


def clips(folder: Path, chosen: dict[str, str], validation: float) -> ClipStore:
    tree = overlay(params.load(PROJECT / "params.yaml"), params.load(PROJECT / "conf/fsdd/params.yaml"))
    root = str(Path(os.environ["WAVELOOM_REAL_DATA"], "fsdd").resolve())
    options = {"root": root, "pattern": PATTERN.format(**chosen), "group": "{speaker} {take}"}
    tree = overlay(
        tree, {"ingest": {"options": options, "validation": validation, "test": 0.0}, "prepare": {"samples": 4096}}
    )
    rules = read_config(Prepare, tree["prepare"], "prepare")
    table = recordings(read_config(Ingest, tree["ingest"], "ingest"), folder / "sounds", folder)
    write(folder / "clips", prepare(table, rules, folder), rules.rate_hz, rules.samples)
    return open_store(folder / "clips")


class Training:
    """Clips with their feature table, and trainings with the recipe `residual` on them."""

    def __init__(self, folder: Path, store: ClipStore) -> None:
        self.store, self.folder = store, folder
        self.table = pd.concat(feature_table(store.lazy_chunks(), store.rate_hz, FEATURES), ignore_index=True)
        self.scale = fit(self.table[self.table["split"] == "train"])
        recipes = {"residual": lambda: params.load(PROJECT / "conf/recipes/residual.yml")}
        self.recipe = choose(recipes, "residual", SMALL)

    def run(self, steps: int, start: Model | None = None, **parameters: object) -> tuple[Model, pd.DataFrame]:
        rules = replace(
            Train(steps=steps, batch_size=16, validate_every=50, start_from="five speakers" if start else ""),
            **parameters,
        )
        with tempfile.TemporaryDirectory(dir=self.folder) as workspace:
            data = TrainingData(self.store, self.table, FEATURES, self.scale)
            return train(data, self.recipe, rules, Path(workspace), start_model=start)


def validations(history: pd.DataFrame) -> pd.Series:
    return history.set_index("step")["validation_distance"].dropna()


def trials(training: Training, steps: int, start: Model) -> Iterator[tuple[str, int, pd.Series]]:
    for seed in SEEDS:
        yield "random weights", seed, validations(training.run(steps, seed=seed)[1])
        for words, parameters in STARTS.items():
            model = Model(start.spec, start.weights) if words == "only the generator" else start
            yield words, seed, validations(training.run(steps, model, seed=seed, **parameters)[1])


def reached(distances: pd.Series, target: float) -> str:
    good = distances[distances <= target]
    return str(good.index[0]) if len(good) else f"> {distances.index[-1]}"


def main() -> None:
    first, then = (int(count) for count in sys.argv[1:])
    with tempfile.TemporaryDirectory() as parent:
        folders = [Path(parent, name) for name in ("five", "sixth")]
        for folder in folders:
            folder.mkdir()
        five, sixth = (
            Training(folder, clips(folder, who, share))
            for folder, who, share in zip(folders, (FIVE, SIXTH), (0.1, 0.4), strict=True)
        )
        start, history = five.run(first, seed=7, keep="last", validate_every=500)
        print("Five speakers:", validations(history).round(1).to_dict(), flush=True)
        print_table(trials(sixth, then, start))


def print_table(rows: Iterator[tuple[str, int, pd.Series]]) -> None:
    """Print one row per training; the best distance of the first, from random weights, is the target of the others."""
    print(
        "| start | seed | distance after 50, 100, 200 steps | best, at step | steps to the best from random weights |"
    )
    print("|---|---|---|---|---|")
    for words, seed, found in rows:
        if words == "random weights":
            target = found.min()
        early = " / ".join(f"{found[step]:.1f}" for step in (50, 100, 200))
        best = f"{found.min():.1f}, {found.idxmin()}"
        print(f"| {words} | {seed} | {early} | {best} | {reached(found, target)} |", flush=True)


if __name__ == "__main__":
    main()
