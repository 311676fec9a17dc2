"""A trained generator or classifier as a folder: weights, description and card; no pickle."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal
from zipfile import BadZipFile
from zlib import error

import numpy as np

from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_folder
from waveloom.models.model import Model, card

TRAINING_SOUNDS = "training_sounds.npy"
FORMAT = 2  # of the folder: weights are stored by name; format 1 stored them by number


def save_model(folder: Path, model: Model, page: Callable[[Model], str] = card) -> None:
    """Write `model` and its card into `folder`, replacing what was there at once; equal models give equal bytes."""
    with replaced_folder(folder) as aside:
        np.savez(aside / "weights.npz", **model.weights)  # type: ignore[arg-type]
        if model.discriminator:
            np.savez(aside / "discriminator.npz", **model.discriminator)  # type: ignore[arg-type]
        if model.training_sounds is not None:
            np.save(aside / TRAINING_SOUNDS, model.training_sounds)
        whole = {"digest": model.digest, "format": FORMAT, **model.spec}
        (aside / "model.json").write_text(json.dumps(whole, indent=2, sort_keys=True) + "\n")
        (aside / "README.md").write_text(page(model))


def check_kind(spec: Mapping[str, Any], folder: Path, wanted: Literal["generator", "classifier"]) -> None:
    """Refuse the folder of a generator where a classifier is `wanted`, and the other way round."""
    kinds = {"generator": "recipe", "classifier": "classifier"}
    if kinds[wanted] in spec:
        return
    found = next((f"a {kind}" for kind, key in kinds.items() if key in spec), "another model")
    raise InputError(f"{folder} holds {found}, not a {wanted}; give one such as data/04_models/{wanted}.")


def load_model(folder: Path) -> Model:
    """Read a model and check it against its own digest; InputError if a byte of it changed."""
    if (folder / "export.json").is_file():
        raise InputError(f"{folder} holds an exported generator, which serves `waveloom generate` and `handles` alone.")
    if not (folder / "model.json").is_file():
        raise InputError(f"{folder} holds no model (no model.json in it); train one, or `dvc pull` it.")
    try:
        spec = json.loads((folder / "model.json").read_text())
        digest, found = spec.pop("digest", None), spec.pop("format", 1)
        discriminator = _arrays(folder / "discriminator.npz") if (folder / "discriminator.npz").is_file() else {}
        model = Model(spec, _arrays(folder / "weights.npz"), discriminator, training_sounds_in(folder))
    except (OSError, ValueError, AttributeError, KeyError, TypeError, EOFError, BadZipFile, error) as problem:
        raise InputError(f"{folder} is damaged: {problem}.") from problem
    if found != FORMAT:
        raise InputError(
            f"{folder} was written by another version of Waveloom (format {found}, this one reads {FORMAT}); train "
            f"again."
        )
    if model.digest != digest:
        raise InputError(f"{folder} is damaged: its digest is {model.digest[:12]}, not {str(digest)[:12]}.")
    return model


def training_sounds_in(folder: Path) -> np.ndarray | None:
    """What training sounds a generator's folder knows of."""
    file = folder / TRAINING_SOUNDS
    return np.load(file, allow_pickle=False) if file.is_file() else None


def _arrays(path: Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}
