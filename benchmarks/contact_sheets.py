"""Spectrograms of 32 real sounds outside the training split, and of 32 generated sounds; none is selected by hand.

    python benchmarks/contact_sheets.py PROJECT PICTURE.jpg

PROJECT is a folder where `dvc repro` has run. Seeds are 0 to 31, with labels in turn; the real sounds are drawn from
the test split by seed 0 and have the same labels. The x axis is the time of a clip, the y axis mel frequency; black is
70 dB below the maximum of a sound.
"""

import sys
from pathlib import Path
from typing import Any

import librosa
import matplotlib
import numpy as np

from waveloom.audio.store import open_store
from waveloom.generation.sampler import Sampler
from waveloom.models.files import load_model

matplotlib.use("Agg")
SHEET, ACROSS, BANDS, DEPTH_DB, WIDE = 32, 8, 64, 70.0, 96


def main() -> None:
    import matplotlib.pyplot as plt

    project, picture = Path(sys.argv[1]), Path(sys.argv[2])
    model, store = load_model(project / "data/04_models/generator"), open_store(project / "data/02_clips/clips")
    labels = [model.spec["labels"][n % len(model.spec["labels"])] for n in range(SHEET)]
    sheets = {
        "32 real sounds, not in training": store.read(test_clips(store, labels)),
        "32 generated sounds, seeds 0 to 31": Sampler(model).clips(range(SHEET), labels),
    }
    figure, places = plt.subplots(2, 1, figsize=(9, 6.6), layout="constrained")
    for place, (title, clips) in zip(places, sheets.items(), strict=True):
        place.imshow(sheet(clips, store.rate_hz), cmap="magma", vmin=-DEPTH_DB, vmax=0, origin="upper")
        place.set_title(f"{title}; each {store.samples / store.rate_hz:.2f} s, 0 to {store.rate_hz / 2000:g} kHz")
        place.axis("off")
    figure.savefig(picture, dpi=100, pil_kwargs={"quality": 80})


def test_clips(store: Any, labels: list[str]) -> np.ndarray:
    """Draw rows of the test split at random, one for each of `labels`."""
    rows = np.random.default_rng(0).permutation(np.flatnonzero(store.index["split"] == "test"))
    names = store.index["label"].to_numpy()
    turn = dict.fromkeys(labels, 0)
    chosen = []
    for label in labels:
        own = rows[names[rows] == label]
        chosen.append(own[turn[label] % len(own)])
        turn[label] += 1
    return np.array(chosen)


def sheet(clips: np.ndarray, rate_hz: int) -> np.ndarray:
    """Tile spectrograms (32, samples) as one picture, dB below the loudest of each."""
    tiles = [tile(clip, rate_hz) for clip in clips]
    rows = [np.concatenate(tiles[first : first + ACROSS], axis=1) for first in range(0, len(tiles), ACROSS)]
    return np.concatenate(rows)


def tile(clip: np.ndarray, rate_hz: int) -> np.ndarray:
    power = librosa.feature.melspectrogram(y=clip, sr=rate_hz, n_fft=1024, hop_length=len(clip) // WIDE, n_mels=BANDS)
    levels = librosa.power_to_db(power, ref=np.max, top_db=DEPTH_DB)[::-1, :WIDE]
    return np.pad(levels, ((0, 2), (0, 2)))  # a bright line between


if __name__ == "__main__":
    main()
