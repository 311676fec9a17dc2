import numpy as np

from tests.evaluation.baselines.test_contract import training
from waveloom.audio.report_spectra import average_spectra
from waveloom.evaluation.baselines import jitter, mixture
from waveloom.evaluation.metrics import Sounds
from waveloom.similarity.copies import nearest_copy


def test_jittered_training_sounds_have_their_labels_and_each_is_used_once_before_any_is_repeated():
    train = training(("low", "high"), each=5)
    clips, labels = jitter.make(train, 10, seed=0)
    loud = np.abs(clips).max(axis=1) / 0.5
    assert ((loud > 0.6) & (loud < 1.5)).all()
    assert sorted(labels) == ["high"] * 5 + ["low"] * 5
    assert (np.array(train.labels)[nearest_copy(clips, train.clips, 8000)[0]] == labels).all()


def test_clips_shorter_than_the_shift_retain_most_of_their_sound():
    short = Sounds(np.full((4, 30), 0.5, np.float32), 192_000, np.zeros((4, 1)), np.array(["click"] * 4))
    clips, _ = jitter.make(short, 8, seed=0)
    assert ((clips != 0).mean(axis=1) >= 0.9).all()


def test_the_mixture_draws_each_label_with_the_spectrum_of_that_label():
    train = training()
    clips, labels = mixture.make(train, 12, seed=0)
    assert sorted(labels) == ["high"] * 4 + ["low"] * 4 + ["noise"] * 4
    means = {name: average_spectra(train.clips[train.labels == name]).mean(axis=0) for name in set(labels)}
    for clip, label in zip(clips, labels, strict=True):
        distance = {name: np.linalg.norm(average_spectra(clip[None])[0] - mean) for name, mean in means.items()}
        assert min(distance, key=distance.get) == label
