"""A generator as a folder that needs no TensorFlow: its network in another format, and its description."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_folder
from waveloom.generation import exports
from waveloom.models.files import TRAINING_SOUNDS, check_kind, load_model, training_sounds_in
from waveloom.models.model import Call, Exported, Model, card
from waveloom.models.networks import NeedsExportableWeights

SPEC = "export.json"
TRIED = 8  # sounds on which an export is compared with what it was made of
NEAR = 1e-4  # of values in [-1, 1]


def export(model: Model, folder: Path, form: str) -> float:
    """Write `model` in a format (a file of `exports`) into a new folder; gives how far its network is from the model's.

    InputError if the format cannot express it, or if values of the two, in [-1, 1], differ by more than `NEAR`.
    """
    from waveloom.generation.sampler import called, network

    chosen = plugins.load(exports, form)
    if "recipe" not in model.spec:
        raise InputError("This model is no generator, and only generators can be exported.")
    if folder.exists():
        raise InputError(f"{folder} exists already; give another folder.")
    with replaced_folder(folder) as aside:
        file = aside / chosen.FILE
        chosen.write(unpacked(network(model)), file)
        far = _apart(chosen.opened(file), called(model), model.spec)
        if not far <= NEAR:
            raise InputError(f"The {form} export differs from the generator by {far:.2g}, and {NEAR} is the most.")
        said = {"format": form, "sha256": _digest(file), "model": model.digest, "spec": model.spec}
        if model.training_sounds is not None:
            np.save(aside / TRAINING_SOUNDS, model.training_sounds)
            said["training_sounds_sha256"] = _digest(aside / TRAINING_SOUNDS)
        said["seal"] = _seal(said)
        (aside / SPEC).write_text(json.dumps(said, indent=2, sort_keys=True) + "\n")
        (aside / "README.md").write_text(_page(model, form, chosen.LIBRARY))
    return far


def load_generator(folder: Path) -> Model | Exported:
    """Read a generator, exported or not; InputError if a byte of it changed."""
    if not (folder / SPEC).is_file():
        model = load_model(folder)
        check_kind(model.spec, folder, "generator")
        return model
    try:
        said = json.loads((folder / SPEC).read_text())
        form, sha256, digest, spec, seal = (said[key] for key in ("format", "sha256", "model", "spec", "seal"))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise InputError(f"{folder} is damaged: its {SPEC} cannot be read ({problem!r}). Export it again.") from problem
    if seal != _seal(said):
        raise InputError(f"{folder} is damaged: {SPEC} is not the one that was written. Export it again.")
    chosen = plugins.load(exports, form)
    file = folder / chosen.FILE
    if not file.is_file() or _digest(file) != sha256:
        raise InputError(f"{folder} is damaged: {chosen.FILE} is not the one that was exported. Export it again.")
    if "training_sounds_sha256" in said and not (
        (folder / TRAINING_SOUNDS).is_file() and _digest(folder / TRAINING_SOUNDS) == said["training_sounds_sha256"]
    ):
        raise InputError(f"{folder} is damaged: {TRAINING_SOUNDS} is not the one that was exported. Export it again.")
    return Exported(spec, digest, chosen.opened(file), training_sounds_in(folder))


def unpacked(network: Any) -> Any:
    """Have a network hold its weights as other libraries can take them."""
    for layer in network.layers:
        if isinstance(layer, NeedsExportableWeights):
            layer.make_exportable()
    return network


def _apart(one: Call, other: Call, spec: dict[str, Any]) -> float:
    """The largest difference over a few sounds."""
    noise = np.random.default_rng(0).standard_normal((TRIED, spec["recipe"]["noise"]), np.float32)
    labels = np.arange(TRIED, dtype=np.int32) % max(len(spec["labels"]), 1)
    rows = (slice(row, row + 1) for row in range(TRIED))
    return max(float(np.abs(one(noise[r], labels[r]) - other(noise[r], labels[r])).max()) for r in rows)


def _seal(said: dict[str, Any]) -> str:
    """The SHA-256 of what an export says of itself."""
    rest = {key: value for key, value in said.items() if key != "seal"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _page(model: Model, form: str, library: str) -> str:
    return (
        f"{card(model)}\n## As {form}\n\nMade by `waveloom export`. With {library} installed it makes the same sounds "
        "of the same seeds, without TensorFlow: `waveloom generate sounds --model .`\n"
    )
