"""What every file of classifiers/ must keep; a new one is picked up by itself."""

import numpy as np
import pytest

from waveloom.classification import classifiers
from waveloom.config import plugins

RATE, SAMPLES, DIMENSIONS = 8000, 2048, 8
QUICK = {
    "forest": {"trees": 20},
    "boosting": {"rounds": 12},
    "cnn": {"steps": 30, "mels": 16, "widths": (8, 16), "window_ms": 32.0, "hop_ms": 16.0, "dropout": 0.0},
}


def told_apart(count: int, each: int = 12, seed: int = 0, clips: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Examples of `count` labels that no one could mistake: features (n, d), or tones an octave apart (n, samples)."""
    draw = np.random.default_rng(seed)
    classes = np.repeat(np.arange(count), each)
    if clips:
        pitch = 220 * 4.0 ** classes[:, None] * draw.uniform(0.9, 1.1, (len(classes), 1))
        return (0.5 * np.sin(2 * np.pi * pitch * np.arange(SAMPLES) / RATE)).astype(np.float32), classes
    features = draw.standard_normal((len(classes), DIMENSIONS)) + 8 * np.eye(DIMENSIONS)[classes]
    return features.astype(np.float32), classes


@pytest.fixture(params=plugins.available(classifiers))
def name(request):
    return request.param


@pytest.fixture
def learner(name):
    module = plugins.load(classifiers, name)
    config = module.Config(**QUICK.get(name, {}))

    def examples(count: int, each: int = 12, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        clips, classes = told_apart(count, each, seed, module.NEEDS == "clips")
        return module.view(config, clips, RATE) if module.NEEDS == "clips" else clips, classes

    return module, config, examples


@pytest.mark.parametrize("count", [2, 3])
def test_labels_no_one_could_mistake_are_named_rightly(learner, count):
    module, config, examples = learner
    learned = module.fit(config, *examples(count), count, 0)
    unseen, classes = examples(count, seed=1)
    scores = module.scores(config, learned, unseen)
    assert scores.shape == (len(unseen), count)
    assert np.isfinite(scores).all()
    assert (scores.argmax(axis=1) == classes).all()


def test_from_the_same_seed_the_same_bytes(learner):
    module, config, examples = learner
    one, two = (module.fit(config, *examples(3), 3, 7) for _ in range(2))
    assert one.keys() == two.keys()
    for key in one:
        assert one[key].tobytes() == two[key].tobytes(), key


def test_what_was_learned_is_plain_arrays_that_npz_holds_without_a_pickle(learner, tmp_path):
    module, config, examples = learner
    learned, unseen = module.fit(config, *examples(3), 3, 0), examples(3, seed=1)[0]
    np.savez(tmp_path / "learned.npz", **learned)
    with np.load(tmp_path / "learned.npz", allow_pickle=False) as read:
        again = {key: read[key] for key in read.files}
    assert (module.scores(config, again, unseen) == module.scores(config, learned, unseen)).all()


def test_a_score_does_not_depend_on_its_neighbours(learner):
    module, config, examples = learner
    learned, unseen = module.fit(config, *examples(3), 3, 0), examples(3, seed=1)[0]
    together = module.scores(config, learned, unseen)
    alone = np.concatenate([module.scores(config, learned, unseen[i : i + 1]) for i in range(len(unseen))])
    assert alone == pytest.approx(together, rel=1e-4, abs=1e-4)
    assert module.scores(config, learned, unseen[:0]).shape == (0, 3)


def test_a_rare_label_is_still_named(learner):
    module, config, examples = learner
    many, classes = examples(2, each=30)
    few = np.concatenate([np.flatnonzero(classes == 0), np.flatnonzero(classes == 1)[:4]])
    learned = module.fit(config, many[few], classes[few], 2, 0)
    unseen, truth = examples(2, seed=1)
    assert (module.scores(config, learned, unseen).argmax(axis=1) == truth).mean() > 0.9
