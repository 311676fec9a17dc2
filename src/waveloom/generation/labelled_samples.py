"""Generated sounds from a folder: samples that were written, or a generator that makes them now."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import soundfile

from waveloom.audio.clip import to_mono
from waveloom.config.errors import InputError
from waveloom.models.files import check_kind, load_model


class Generated(NamedTuple):
    """Clips (n, samples) float32 in [-1, 1] at `rate_hz`, their labels (n,)."""

    clips: np.ndarray
    labels: np.ndarray
    rate_hz: int


def load_generated(folder: Path, count: int, seed: int, learned_from: str) -> Generated:
    """Take up to `count` sounds of each label from a folder of samples or of a generator.

    A generator must have learned from the clips whose digest is `learned_from`: of another it is not known which
    recordings it never heard. Of samples only their folder knows.
    """
    if (folder / "model.json").is_file():
        return _made_now(folder, count, seed, learned_from)
    if (folder / "index.parquet").is_file():
        return _read(folder, count)
    raise InputError(
        f"classify.augment_with is {folder}, which holds neither samples (index.parquet) nor a generator (model.json)."
    )


def _made_now(folder: Path, count: int, seed: int, learned_from: str) -> Generated:
    from waveloom.generation.sampler import generate

    model = load_model(folder)
    check_kind(model.spec, folder, "generator")
    labels = model.spec["labels"] * count
    if not labels:
        raise InputError(f"The generator in {folder} is not conditioned on labels, so its sounds have none to teach.")
    if model.spec["data"]["clips"] != learned_from:
        raise InputError(
            f"The generator in {folder} was trained on other clips than these, so it may have heard recordings that "
            "it is to be judged by. Train it again on these clips."
        )
    return Generated(
        to_mono(generate(model, range(seed, seed + len(labels)), labels)), np.array(labels), model.spec["rate_hz"]
    )


def _read(folder: Path, count: int) -> Generated:
    index = pd.read_parquet(folder / "index.parquet").groupby("label", sort=True).head(count)
    sounds = [soundfile.read(folder / str(name), dtype="float32") for name in index["file"]]
    sounds = [(to_mono(sound.T, 1), rate) for sound, rate in sounds]
    lengths, rates = {len(sound) for sound, _ in sounds}, {rate for _, rate in sounds}
    if len(lengths) != 1 or len(rates) != 1:
        raise InputError(
            f"The samples in {folder} are of {len(lengths)} lengths and {len(rates)} rates; one is needed."
        )
    labels = index["label"].to_numpy(dtype=str)
    return Generated(np.stack([sound for sound, _ in sounds]), labels, rates.pop())
