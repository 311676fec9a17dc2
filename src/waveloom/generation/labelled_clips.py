"""Generated clips with labels, to train a classifier on: samples on disk, or new clips of a generator."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import soundfile

from waveloom.audio.clip import to_mono
from waveloom.config.errors import InputError
from waveloom.generation.sampler import Sampler
from waveloom.models.files import check_kind, load_model


class LabelledClips(NamedTuple):
    """Clips (n, samples) float32 in [-1, 1] at `rate_hz`, and their labels (n,)."""

    clips: np.ndarray
    labels: np.ndarray
    rate_hz: int


def load_labelled_clips(folder: Path, count: int, seed: int, training_clips: str) -> LabelledClips:
    """Take up to `count` clips of each label from a folder of samples, or of a trained generator.

    The generator must have been trained on the clips with the digest `training_clips`, otherwise test recordings of the
    classifier may leak into its training. For samples this cannot be checked.
    """
    if (folder / "model.json").is_file():
        return _generated(folder, count, seed, training_clips)
    if (folder / "index.parquet").is_file():
        return _read(folder, count)
    raise InputError(
        f"classify.augment_with is {folder}, which holds neither samples (index.parquet) nor a generator (model.json)."
    )


def _generated(folder: Path, count: int, seed: int, training_clips: str) -> LabelledClips:
    model = load_model(folder)
    check_kind(model.spec, folder, "generator")
    labels = model.spec["labels"] * count
    if not labels:
        raise InputError(f"The generator in {folder} has no labels, so a classifier cannot learn from its sounds.")
    if model.spec["data"]["clips"] != training_clips:
        raise InputError(
            f"The generator in {folder} was trained on other clips than these, so it may have learned from recordings "
            "on which the classifier is tested. Train it again on these clips."
        )
    clips = Sampler(model).clips(range(seed, seed + len(labels)), labels)
    return LabelledClips(to_mono(clips), np.array(labels), model.spec["rate_hz"])


def _read(folder: Path, count: int) -> LabelledClips:
    index = pd.read_parquet(folder / "index.parquet").groupby("label", sort=True).head(count)
    sounds = [soundfile.read(folder / str(name), dtype="float32") for name in index["file"]]
    sounds = [(to_mono(sound.T, 1), rate) for sound, rate in sounds]
    lengths, rates = {len(sound) for sound, _ in sounds}, {rate for _, rate in sounds}
    if len(lengths) != 1 or len(rates) != 1:
        raise InputError(
            f"The samples in {folder} have {len(lengths)} lengths and {len(rates)} sample rates; they must have one."
        )
    labels = index["label"].to_numpy(dtype=str)
    return LabelledClips(np.stack([sound for sound, _ in sounds]), labels, rates.pop())
