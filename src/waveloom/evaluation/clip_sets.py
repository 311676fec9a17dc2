"""Collects the clips of every set that is compared: real, generated, ceiling and baselines."""

import numpy as np

from waveloom.audio.store import ClipStore
from waveloom.config import plugins
from waveloom.evaluation import baselines
from waveloom.evaluation.metrics import Sounds
from waveloom.evaluation.reference_sets import ReferenceSets, requested_labels
from waveloom.generation.sampler import Sampler
from waveloom.models import recipe as recipes
from waveloom.models.model import Model
from waveloom.representations import channel_count

_CHUNK = 32  # clips encoded at once
LabelledClips = tuple[np.ndarray, np.ndarray]  # clips (n, samples) and labels (n,)


def clip_sets(
    store: ClipStore, chosen: ReferenceSets, model: Model, samples: int, seed: int
) -> tuple[dict[str, LabelledClips], float]:
    """Read the `chosen` real sets, generate about `samples` clips, make the ceiling and the baselines: {set: clips}.

    The ceiling is the floor set, encoded in the representation of the model and decoded again. `seed` is that of the
    first generated clip, and of the baselines. Clips of a stereo model are (n, 2, samples). The second value is the
    share of generated clips that were drawn again because they copied a training sound.
    """
    labels = store.index["label"].to_numpy(str)
    rows = {"real": chosen.real, "train": chosen.train, "floor": chosen.floor}
    clips = {name: (store.read(some), labels[some]) for name, some in rows.items()}
    clips["generated"], redrawn = _generate(model, samples, seed)
    clips["ceiling"] = _through_representation(model, store, chosen.floor), clips["floor"][1]
    train = Sounds(clips["train"][0], store.rate_hz, np.empty((len(chosen.train), 0)), clips["train"][1])
    for name in plugins.available(baselines):
        clips[name] = plugins.load(baselines, name).make(train, len(clips["generated"][0]), seed)
    return clips, redrawn


def _generate(model: Model, samples: int, seed: int) -> tuple[LabelledClips, float]:
    labels = requested_labels(model.spec["labels"], samples)
    count = samples if labels is None else len(labels)
    clips, redraws = Sampler(model).clips_and_redraws(range(seed, seed + count), labels)
    return (clips, np.array(labels or [""] * count, str)), float((redraws > 0).mean())


def _through_representation(model: Model, store: ClipStore, rows: np.ndarray) -> np.ndarray:
    """Encode real clips in the model's representation and decode them again."""
    recipe_parts = recipes.parts(recipes.resolve(model.spec["recipe"], {}))
    plugin, config = recipe_parts.representation, recipe_parts.representation_config
    rate_hz, samples = model.spec["rate_hz"], model.spec["samples"]
    clips = store.read(rows, channel_count(plugin))
    if not len(clips):
        return clips
    chunks = (clips[start : start + _CHUNK] for start in range(0, len(clips), _CHUNK))
    tensors = (plugin.encode(config, chunk, rate_hz) for chunk in chunks)
    return np.concatenate([plugin.decode(config, tensor, samples, rate_hz) for tensor in tensors])
