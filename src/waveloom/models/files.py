"""Reading and writing a trained generator or classifier: a folder of weights, description and card, no pickles."""

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

Kind = Literal["generator", "translator", "classifier"]
_USE: dict[str, str] = {
    "generator": "`waveloom generate` makes sounds with it, and train.recipe recast or translate trains a translator",
    "translator": "`waveloom transfer` translates sounds with it",
}
_GIVE: dict[str, str] = {
    "generator": "give one such as data/04_models/generator",
    "translator": "give one, which train.recipe recast or translate trains",
    "classifier": "give one such as data/04_models/classifier",
}
TRAINING_SOUNDS = "training_sounds.npy"
FORMAT = 2  # of the folder: weights are stored by name; format 1 stored them by number


def save_model(folder: Path, model: Model, write_card: Callable[[Model], str] = card) -> None:
    """Write `model` and its card into `folder`, replacing it atomically; equal models give equal bytes."""
    with replaced_folder(folder) as new:
        np.savez(new / "weights.npz", **model.weights)  # type: ignore[arg-type]
        if model.discriminator:
            np.savez(new / "discriminator.npz", **model.discriminator)  # type: ignore[arg-type]
        if model.training_sounds is not None:
            np.save(new / TRAINING_SOUNDS, model.training_sounds)
        description = {"digest": model.digest, "format": FORMAT, **model.spec}
        (new / "model.json").write_text(json.dumps(description, indent=2, sort_keys=True) + "\n")
        (new / "README.md").write_text(write_card(model))


def check_kind(spec: Mapping[str, Any], folder: Path, expected: Kind) -> None:
    """InputError unless the folder holds the `expected` kind of model."""
    found = kind_of(spec)
    if found == expected:
        return
    name = f"a {found}" if found else "another model"
    advice = _USE[found] if found and {found, expected} == {"generator", "translator"} else _GIVE[expected]
    raise InputError(f"{folder} holds {name}, not a {expected}; {advice}.")


def kind_of(spec: Mapping[str, Any]) -> Kind | None:
    """The kind of a model by its description; None if it is none of ours."""
    if "classifier" in spec:
        return "classifier"
    if "recipe" not in spec:
        return None
    return "translator" if spec["recipe"].get("task") == "translation" else "generator"


def load_model(folder: Path) -> Model:
    """Read a model and verify its digest; InputError if a byte of it changed."""
    if (folder / "export.json").is_file():
        raise InputError(
            f"{folder} holds an exported model, which only `waveloom generate`, `controls` and `transfer` can use."
        )
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
            "again."
        )
    if model.digest != digest:
        raise InputError(f"{folder} is damaged: its digest is {model.digest[:12]}, not {str(digest)[:12]}.")
    return model


def training_sounds_in(folder: Path) -> np.ndarray | None:
    """Read the levels of training sounds that a generator's folder stores, to recognise copies; None if it has none."""
    file = folder / TRAINING_SOUNDS
    return np.load(file, allow_pickle=False) if file.is_file() else None


def _arrays(path: Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}
