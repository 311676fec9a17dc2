"""An exported generator or translator: its network in another library's format, its description and its model card."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_folder
from waveloom.generation import exports
from waveloom.generation.sampler import Sampler, build_network
from waveloom.generation.translation.windows import WINDOW
from waveloom.generation.translator import Translator
from waveloom.models.files import TRAINING_SOUNDS, kind_of, training_sounds_in
from waveloom.models.model import Exported, Model, card
from waveloom.models.networks import NeedsExportableWeights

SPEC = "export.json"
COMPARED_CLIPS = 8  # number of encoded clips on which an export is compared with the original model
TOLERANCE = 1e-4  # maximum difference of their values in [-1, 1]


def export(model: Model | Exported, folder: Path, form: str) -> float:
    """Write `model` in a format (a file of `exports`) into a new folder; returns the largest difference from the model.

    InputError if the format cannot express it, or if values in [-1, 1] differ by more than `TOLERANCE`.
    """
    plugin = plugins.load(exports, form)
    if isinstance(model, Exported):
        raise InputError("This model is exported already; give the trained model that it was made of.")
    if kind_of(model.spec) not in ("generator", "translator"):
        raise InputError("This model is not a generator or translator, and only these can be exported.")
    if folder.exists():
        raise InputError(f"{folder} exists already; give another folder.")
    with replaced_folder(folder) as new:
        file = new / plugin.FILE
        plugin.write(unpacked(_network(model)), file)
        difference = _largest_difference(Exported(model.spec, model.digest, plugin.load(file)), model)
        if not difference <= TOLERANCE:
            raise InputError(
                f"The {form} export differs from the model by {difference:.2g}; at most {TOLERANCE} is allowed."
            )
        _write_description(new, model, form, file)
        (new / "README.md").write_text(_card(model, form, plugin.LIBRARY))
    return difference


def is_exported(folder: Path) -> bool:
    """Whether a folder holds an exported generator."""
    return (folder / SPEC).is_file()


def load_exported(folder: Path) -> Exported:
    """Read an exported generator; InputError if any of its files has changed."""
    try:
        description = json.loads((folder / SPEC).read_text())
        form, sha256, digest, spec, seal = (description[key] for key in ("format", "sha256", "model", "spec", "seal"))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise InputError(f"{folder} is damaged: its {SPEC} cannot be read ({problem!r}). Export it again.") from problem
    if seal != _description_digest(description):
        raise InputError(f"{folder} is damaged: {SPEC} is not the one that was written. Export it again.")
    plugin = plugins.load(exports, form)
    _check_file(folder / plugin.FILE, sha256)
    if "training_sounds_sha256" in description:
        _check_file(folder / TRAINING_SOUNDS, description["training_sounds_sha256"])
    return Exported(spec, digest, plugin.load(folder / plugin.FILE), training_sounds_in(folder), form)


def unpacked(network: Any) -> Any:
    """Store each layer's weights in a form that other libraries can read, in place; returns the same Keras model."""
    for layer in network.layers:
        if isinstance(layer, NeedsExportableWeights):
            layer.make_exportable()
    return network


def _write_description(folder: Path, model: Model, form: str, file: Path) -> None:
    description = {"format": form, "sha256": _digest(file), "model": model.digest, "spec": model.spec}
    if model.training_sounds is not None:
        np.save(folder / TRAINING_SOUNDS, model.training_sounds)
        description["training_sounds_sha256"] = _digest(folder / TRAINING_SOUNDS)
    description["seal"] = _description_digest(description)
    (folder / SPEC).write_text(json.dumps(description, indent=2, sort_keys=True) + "\n")


def _check_file(file: Path, sha256: str) -> None:
    if not file.is_file() or _digest(file) != sha256:
        raise InputError(f"{file.parent} is damaged: {file.name} is not the one that was exported. Export it again.")


def _network(model: Model) -> Any:
    """The Keras model to export: a translator's takes windows longer than its training clips."""
    return Translator(model).network if kind_of(model.spec) == "translator" else build_network(model)


def _largest_difference(exported: Exported, model: Model) -> float:
    """The largest absolute difference between the encoded clips of the two models for a few inputs."""
    random = np.random.default_rng(0)
    if kind_of(model.spec) == "translator":
        return _translation_difference(Translator(exported), Translator(model), random)
    vectors = random.standard_normal((COMPARED_CLIPS, model.spec["recipe"]["noise"]), np.float32)
    classes = np.arange(COMPARED_CLIPS, dtype=np.int32) % max(len(model.spec["labels"]), 1)
    rows = (slice(row, row + 1) for row in range(COMPARED_CLIPS))
    one, other = Sampler(exported).encoded, Sampler(model).encoded
    return max(float(np.abs(one(vectors[r], classes[r]) - other(vectors[r], classes[r])).max()) for r in rows)


def _translation_difference(one: Translator, other: Translator, random: np.random.Generator) -> float:
    differences = []
    for number in range(COMPARED_CLIPS):
        levels = random.uniform(-1, 1, (1, WINDOW, one.bins)).astype(np.float32)
        label = np.array([number % len(one.domains)], np.int32)
        pair = (translator.translate_levels(levels, label) for translator in (one, other))
        differences.append(float(np.abs(np.subtract(*pair)).max()))
    return max(differences)


def _description_digest(description: dict[str, Any]) -> str:
    """SHA-256, in hex, over an export's description, except for the field `seal`."""
    rest = {key: value for key, value in description.items() if key != "seal"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _card(model: Model, form: str, library: str) -> str:
    use = "makes the same sounds of the same seeds, without TensorFlow: `waveloom generate sounds --model .`"
    if kind_of(model.spec) == "translator":
        use = "translates without TensorFlow: `waveloom transfer song.wav out.wav --to DOMAIN --model .`"
    return f"{card(model)}\n## As {form}\n\nMade by `waveloom export`. With {library} installed it {use}\n"
