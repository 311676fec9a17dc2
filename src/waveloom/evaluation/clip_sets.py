"""Every set of sounds that takes part: real ones, generated ones, and what stands beside them."""

import numpy as np

from waveloom.audio.store import ClipStore
from waveloom.config import plugins
from waveloom.evaluation import baselines
from waveloom.evaluation.metrics import Sounds
from waveloom.evaluation.sets import References, wanted_labels
from waveloom.generation.sampler import Sampler
from waveloom.models import recipe as recipes
from waveloom.models.model import Model
from waveloom.representations import channel_count

_CHUNK = 32  # clips in a representation at once
Clips = tuple[np.ndarray, np.ndarray]  # (n, samples) and labels (n,)


def clip_sets(
    store: ClipStore, chosen: References, model: Model, samples: int, seed: int
) -> tuple[dict[str, Clips], float]:
    """Read the `chosen` real sets, draw about `samples` sounds from `model`, make ceiling and baselines: {set: clips}.

    `seed` is that of the first generated sound, and of the baselines. What a stereo model made is (n, 2, samples).
    Beside them the share of generated sounds that were drawn again, as they copied a training sound.
    """
    names = store.index["label"].to_numpy(str)
    rows = {"real": chosen.real, "train": chosen.train, "floor": chosen.other}
    clips = {name: (store.read(some), names[some]) for name, some in rows.items()}
    clips["generated"], again = _generate(model, samples, seed)
    clips["ceiling"] = _through_representation(model, store, chosen.other), clips["floor"][1]
    train = Sounds(clips["train"][0], store.rate_hz, np.empty((len(chosen.train), 0)), clips["train"][1])
    for name in plugins.available(baselines):
        made = plugins.load(baselines, name).make(train, len(clips["generated"][0]), seed)
        clips[name] = made
    return clips, again


def _generate(model: Model, samples: int, seed: int) -> tuple[Clips, float]:
    labels = wanted_labels(model.spec["labels"], samples)
    count = samples if labels is None else len(labels)
    clips, again = Sampler(model).clips_and_redraws(range(seed, seed + count), labels)
    return (clips, np.array(labels or [""] * count, str)), float((again > 0).mean())


def _through_representation(model: Model, store: ClipStore, rows: np.ndarray) -> np.ndarray:
    made = recipes.parts(recipes.resolve(model.spec["recipe"], {}))
    plugin, rules = made.representation, made.representation_config
    rate_hz, samples = model.spec["rate_hz"], model.spec["samples"]
    clips = store.read(rows, channel_count(plugin))
    if not len(clips):
        return clips
    parts = (clips[start : start + _CHUNK] for start in range(0, len(clips), _CHUNK))
    tensors = (plugin.encode(rules, part, rate_hz) for part in parts)
    return np.concatenate([plugin.decode(rules, tensor, samples, rate_hz) for tensor in tensors])
