"""A trained generator or classifier at rest: its description and its weights, with no framework and no pickle."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from waveloom.models.card_metadata import metadata
from waveloom.models.networks import is_float

# By name, noise (batch, n) or source (batch, *shape) float32 and label (batch,) int32 -> encoded (batch, *shape); of an
# export, one sound at a time.
Call = Callable[..., np.ndarray]


@dataclass(frozen=True)
class Exported:
    """A generator that another library than TensorFlow runs: `call` makes one encoded sound.

    `spec`, `digest` and `training_sounds` are those of the `Model` that it was; `runtime` is the format's name.
    """

    spec: dict[str, Any]
    digest: str
    call: Call
    training_sounds: np.ndarray | None = None
    runtime: str = ""


@dataclass(frozen=True)
class Model:
    """A trained generator: description and weights, which rebuild it to the bit.

    `spec` is JSON: recipe (with all options), rate (Hz), samples (per clip), labels (in index order, empty if
    unconditional), `channels` (2 in stereo, else absent), `bandwidth_hz` (upper limit of its frequencies; absent: half
    the rate), seed, steps (after which these weights were taken), `training` (how it ended, and its failures), and
    `data`: digests, counts and licences of the training clips. `weights` are the generator's variables by path, such as
    `block_0_conv_1/kernel`, float32 except stored training sounds; `discriminator`, if saved, those of its
    discriminator, for another training to start from. `training_sounds` are the levels of training sounds that it must
    not copy, and `spec["copy_threshold"]` the limit of a copy: see `similarity.training_sounds`.
    """

    spec: dict[str, Any]
    weights: dict[str, np.ndarray]
    discriminator: dict[str, np.ndarray] = field(default_factory=dict)
    training_sounds: np.ndarray | None = None

    @property
    def digest(self) -> str:
        """SHA-256 in hex over description, weights and training sounds: it identifies the model."""
        whole = hashlib.sha256(json.dumps(self.spec, sort_keys=True).encode())
        arrays = self.weights | {f"discriminator/{name}": weight for name, weight in self.discriminator.items()}
        if self.training_sounds is not None:
            arrays["training_sounds"] = self.training_sounds
        for name in sorted(arrays):
            whole.update(f"{name}{arrays[name].shape}{arrays[name].dtype}".encode())
            whole.update(np.ascontiguousarray(arrays[name]).data)
        return whole.hexdigest()

    @property
    def parameters(self) -> int:
        """Number of the generator's parameters, stored training sounds not included."""
        return sum(weight.size for weight in self.weights.values() if is_float(weight))


def card(model: Model) -> str:
    """Write the model card in Markdown: what the generator is, its training data and their licences."""
    spec = model.spec
    data = spec.get("data", {})
    kind = "translator" if spec["recipe"].get("task") == "translation" else "generator"
    lines = [
        *metadata(kind, data),
        *_purpose(model),
        *_band(spec.get("bandwidth_hz")),
        f"Its weights are those after step {spec['steps']} of a training with seed {spec['seed']}; "
        f"{model.parameters:,} parameters.",
        *_stored_sounds(spec.get("stored_sounds", 0), spec.get("descriptions", {}).get("texts", [])),
        *_training(spec.get("training", {})),
        "",
        "## Recipe",
        "",
        *(f"- {key}: {json.dumps(value)}" for key, value in sorted(spec["recipe"].items())),
        "",
        "## Trained on",
        "",
        *(f"- {key}: {json.dumps(value)}" for key, value in sorted(data.items())),
        *_start(spec.get("start", {})),
        "",
        _resemblance(spec),
    ]
    return "\n".join(lines) + "\n"


def _purpose(model: Model) -> list[str]:
    """What the model does, under its name."""
    spec = model.spec
    channels = "in stereo" if spec.get("channels") == 2 else "mono"
    seconds = f"{spec['samples'] / spec['rate_hz']:.3f} s at {spec['rate_hz']} Hz"
    if spec["recipe"].get("task") != "translation":
        return [f"# Waveloom generator {model.digest[:12]}", "", f"Makes clips of {seconds}, {channels}."]
    domains = ", ".join(spec["labels"])
    sentence = f"Translates sounds of any length between the domains {domains}; trained on clips of {seconds}."
    return [f"# Waveloom translator {model.digest[:12]}", "", sentence]


def _resemblance(spec: dict[str, Any]) -> str:
    """A warning of what the sounds may owe to others."""
    if spec["recipe"].get("task") != "translation":
        return "Sounds it makes may resemble what it was trained on; the licences above apply to that material."
    return (
        "A translation is derived from its source, whose rights remain, and may resemble what the translator was "
        "trained on; the licences above apply to that material."
    )


def _band(limit_hz: float | None) -> list[str]:
    """The upper limit of the frequencies, which is that of the training sounds."""
    return [f"They have no frequencies above {limit_hz:,.0f} Hz, as the training sounds have none."] if limit_hz else []


def _stored_sounds(sounds: int, texts: list[str]) -> list[str]:
    """A warning that who distributes the model also distributes training sounds and their descriptions."""
    stored = [f"It stores {sounds:,} training sounds as spectrograms and blends new ones from them."] if sounds else []
    return stored + ([f"Its model.json has their descriptions: {len(texts):,} texts."] if texts else [])


def _training(training: dict[str, Any]) -> list[str]:
    """How the training ended, and the failures found at the last validation."""
    failures = [
        f"- {name.replace('_', ' ')}: {sentence}" for name, sentence in sorted(training.get("failures", {}).items())
    ]
    ended = [f"Training ended after {training['steps']} steps: {training['ended']}."] if training else []
    ended += [f"{sentence}." for sentence in training.get("roll_backs", [])]
    ended += [f"{what.replace('_', ' ')}: {why}." for what, why in training.get("left_out", {}).items()]
    return ended + (["", "At the last validation:", "", *failures] if failures else [])


def _start(start: dict[str, Any]) -> list[str]:
    """The model that the training started from, the start of that one, and the data of each."""
    if not start:
        return []
    data = (f"- {key}: {json.dumps(value)}" for key, value in sorted(start["data"].items()))
    heading = f"## Started from generator {start['model'][:12]}, trained on"
    return ["", heading, "", *data, *_start(start.get("start", {}))]
