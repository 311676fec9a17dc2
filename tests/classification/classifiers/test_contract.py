"""Contract of every classifier; a new file in the folder is tested without a change here."""

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


def separable(count: int, each: int = 12, seed: int = 0, clips: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Well separated examples of `count` labels: features (n, d), or tones two octaves apart (n, samples)."""
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
def classifier(name):
    module = plugins.load(classifiers, name)
    config = module.Config(**QUICK.get(name, {}))

    def examples(count: int, each: int = 12, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        clips, classes = separable(count, each, seed, module.NEEDS == "clips")
        return module.preprocess(config, clips, RATE) if module.NEEDS == "clips" else clips, classes

    return module, config, examples


@pytest.mark.parametrize("count", [2, 3])
def test_separable_labels_are_classified_correctly(classifier, count):
    module, config, examples = classifier
    learned = module.fit(config, *examples(count), count, 0)
    unseen, classes = examples(count, seed=1)
    scores = module.scores(config, learned, unseen)
    assert scores.shape == (len(unseen), count)
    assert np.isfinite(scores).all()
    assert (scores.argmax(axis=1) == classes).all()


def test_equal_seeds_give_equal_bytes(classifier):
    module, config, examples = classifier
    one, two = (module.fit(config, *examples(3), 3, 7) for _ in range(2))
    assert one.keys() == two.keys()
    for key in one:
        assert one[key].tobytes() == two[key].tobytes(), key


def test_the_result_of_fit_is_plain_arrays_that_npz_stores_without_a_pickle(classifier, tmp_path):
    module, config, examples = classifier
    learned, unseen = module.fit(config, *examples(3), 3, 0), examples(3, seed=1)[0]
    np.savez(tmp_path / "learned.npz", **learned)
    with np.load(tmp_path / "learned.npz", allow_pickle=False) as read:
        again = {key: read[key] for key in read.files}
    assert (module.scores(config, again, unseen) == module.scores(config, learned, unseen)).all()


def test_a_score_does_not_depend_on_other_examples(classifier):
    module, config, examples = classifier
    learned, unseen = module.fit(config, *examples(3), 3, 0), examples(3, seed=1)[0]
    together = module.scores(config, learned, unseen)
    separately = np.concatenate([module.scores(config, learned, unseen[i : i + 1]) for i in range(len(unseen))])
    assert separately == pytest.approx(together, rel=1e-4, abs=1e-4)
    assert module.scores(config, learned, unseen[:0]).shape == (0, 3)


def test_a_rare_label_is_still_predicted(classifier):
    module, config, examples = classifier
    many, classes = examples(2, each=30)
    few = np.concatenate([np.flatnonzero(classes == 0), np.flatnonzero(classes == 1)[:4]])
    learned = module.fit(config, many[few], classes[few], 2, 0)
    unseen, truth = examples(2, seed=1)
    assert (module.scores(config, learned, unseen).argmax(axis=1) == truth).mean() > 0.9
