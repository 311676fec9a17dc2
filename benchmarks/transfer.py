"""Does a training that starts from a model need fewer steps than one from nothing? Prints the table of the how-to.

    WAVELOOM_REAL_DATA=<folder that holds fsdd> python benchmarks/transfer.py 1500 300

First five speakers saying ten digits are learned for 1,500 steps; then the sixth, saying five of them, for 300, from
nothing and from what was learned. Two fifths of the sixth speaker's takes are kept to measure by.
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
from waveloom.ingest.recordings import Ingest, recordings
from waveloom.models.model import Model
from waveloom.models.recipe import choose
from waveloom.preparation.prepare import Prepare, prepare
from waveloom.project import params
from waveloom.training.config import Train
from waveloom.training.train import TrainingData, train

PROJECT = Path(__file__).parents[1]
PATTERN = r"(?:.*/)?(?P<digit>[{digits}])_(?P<speaker>{speakers})_(?P<take>\d+)\.wav"
FIVE = {"digits": "0-9", "speakers": "george|jackson|lucas|nicolas|yweweler"}
SIXTH = {"digits": "0-4", "speakers": "theo"}
SMALL = {
    "options": {
        "residual": {"width": 96, "spectra": 48, "style": 128},
        "spectrogram": {"n_fft": 256, "hop": 128},  # 32 frames x 128 bins: enough for half a second at 8 kHz
    }
}
FEATURES = Features(groups=("mfcc", "spectral"))
SEEDS = (0,)
BEGUN: dict[str, dict[str, object]] = {
    "all that fits": {},
    "all that fits, at a third of the rate": {"loaded_rate": 0.33},
    "discriminator's first layers frozen": {"freeze": ("discriminator/conv1d_[0-3]/*",)},
    "the generator alone": {},
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


class Pupil:
    """Clips with their table, and what training with the recipe `residual` makes of them."""

    def __init__(self, folder: Path, store: ClipStore) -> None:
        self.store, self.folder = store, folder
        self.table = pd.concat(feature_table(store.parts(), store.rate_hz, FEATURES), ignore_index=True)
        self.scale = fit(self.table[self.table["split"] == "train"])
        book = {"residual": lambda: params.load(PROJECT / "conf/recipes/residual.yml")}
        self.recipe = choose(book, "residual", SMALL)

    def learn(self, steps: int, start: Model | None = None, **knobs: object) -> tuple[Model, pd.DataFrame]:
        rules = replace(
            Train(steps=steps, batch_size=16, validate_every=50, start_from="five speakers" if start else ""), **knobs
        )
        with tempfile.TemporaryDirectory(dir=self.folder) as workspace:
            data = TrainingData(self.store, self.table, FEATURES, self.scale)
            return train(data, self.recipe, rules, Path(workspace), start_model=start)


def looks(history: pd.DataFrame) -> pd.Series:
    return history.set_index("step")["validation_distance"].dropna()


def trials(pupil: Pupil, steps: int, start: Model) -> Iterator[tuple[str, int, pd.Series]]:
    for seed in SEEDS:
        yield "nothing", seed, looks(pupil.learn(steps, seed=seed)[1])
        for words, knobs in BEGUN.items():
            model = Model(start.spec, start.weights) if words == "the generator alone" else start
            yield words, seed, looks(pupil.learn(steps, model, seed=seed, **knobs)[1])


def reached(distances: pd.Series, wanted: float) -> str:
    good = distances[distances <= wanted]
    return str(good.index[0]) if len(good) else f"> {distances.index[-1]}"


def main() -> None:
    first, then = (int(count) for count in sys.argv[1:])
    with tempfile.TemporaryDirectory() as place:
        homes = [Path(place, name) for name in ("five", "sixth")]
        for home in homes:
            home.mkdir()
        five, sixth = (
            Pupil(home, clips(home, who, share))
            for home, who, share in zip(homes, (FIVE, SIXTH), (0.1, 0.4), strict=True)
        )
        start, course = five.learn(first, seed=7, keep="last", validate_every=500)
        print("Five speakers:", looks(course).round(1).to_dict(), flush=True)
        tell(trials(sixth, then, start))


def tell(rows: Iterator[tuple[str, int, pd.Series]]) -> None:
    """Print a row a training, that from nothing first: the others are measured by its best distance."""
    print("| start | seed | distance after 50, 100, 200 steps | best, at step | steps to the best from nothing |")
    print("|---|---|---|---|---|")
    for words, seed, found in rows:
        if words == "nothing":
            wanted = found.min()
        early = " / ".join(f"{found[step]:.1f}" for step in (50, 100, 200))
        best = f"{found.min():.1f}, {found.idxmin()}"
        print(f"| {words} | {seed} | {early} | {best} | {reached(found, wanted)} |", flush=True)


if __name__ == "__main__":
    main()
