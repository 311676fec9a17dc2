import numpy as np
import pytest

from waveloom.evaluation.metrics import NotMeasuredError, Reference, Sounds
from waveloom.evaluation.metrics.copy_rate import score
from waveloom.evaluation.subset import Subset
from waveloom.similarity.copies import MAX_FRAMES, band_levels, nearest_copy

RATE = 16000


def plucks(count: int, seed: int) -> np.ndarray:
    """Decaying tones of random pitch, partials and decay, each with an echo; all are different."""
    draw = np.random.default_rng(seed)
    time = np.arange(RATE // 2) / RATE
    clips = np.empty((count, len(time)), np.float32)
    for clip in clips:
        partials = np.arange(1, 9)[:, None]
        tone = (draw.uniform(0, 1, (8, 1)) * np.sin(2 * np.pi * draw.uniform(100, 900) * partials * time)).sum(axis=0)
        sound = tone * np.exp(-draw.uniform(5, 30) * time)
        echo = np.roll(sound, draw.integers(1000, 4000)) * draw.uniform(0, 1)
        clip[:] = 0.1 * (sound + echo)
    return clips


TRAIN = plucks(40, 0)


def later(clips: np.ndarray, by: int) -> np.ndarray:
    return np.pad(clips, ((0, 0), (by, 0)))[:, : clips.shape[1]]


CHANGES = {
    "nothing": lambda clips: clips,
    "20 dB softer": lambda clips: 0.1 * clips,
    "turned around": lambda clips: -clips,
    "3 ms later": lambda clips: later(clips, 50),
    "10 ms later and softer": lambda clips: 0.5 * later(clips, 160),
    "60 ms later": lambda clips: later(clips, 1000),
    "with noise 30 dB below": lambda clips: (
        clips + clips.std(axis=1, keepdims=True) * 10**-1.5 * np.random.default_rng(0).standard_normal(clips.shape)
    ),
}


@pytest.fixture(scope="module")
def copy_threshold() -> float:
    """The highest similarity of 200 new sounds to a training sound."""
    return float(nearest_copy(plucks(200, 1), TRAIN, RATE)[1].max())


@pytest.mark.parametrize("change", CHANGES)
def test_a_copy_is_found_after_any_change_of_gain_and_shift(change, copy_threshold):
    number, likeness = nearest_copy(CHANGES[change](TRAIN).astype(np.float32), TRAIN, RATE)
    assert (number == np.arange(len(TRAIN))).all()
    assert likeness.min() > copy_threshold


def test_an_exact_copy_has_similarity_one_and_silence_is_no_copy():
    assert nearest_copy(TRAIN[:3], TRAIN, RATE)[1] == pytest.approx([1, 1, 1])
    assert nearest_copy(np.zeros((1, 8000), np.float32), TRAIN, RATE)[1] == [0]


def part(clips: np.ndarray) -> Subset:
    return Subset(Sounds(clips, RATE, np.zeros((len(clips), 1)), np.full(len(clips), "")), np.full(len(clips), ""))


def rates(evaluated: np.ndarray, real: np.ndarray, train: np.ndarray = TRAIN) -> dict[str, float]:
    return score(part(evaluated), Reference(part(real), part(train)))


def test_the_rate_is_the_share_of_copies_among_new_sounds():
    evaluated = np.concatenate([later(TRAIN[:10], 100), plucks(30, 2)])
    found = rates(evaluated, plucks(60, 1))
    assert found["copy_rate"] == pytest.approx(10 / 40, abs=1 / 40)
    assert found["copy_rate_held_out"] <= 1 / 40


def test_copies_of_held_out_sounds_are_not_copies_of_training_sounds():
    real = plucks(60, 1)
    found = rates(0.3 * real[:20], real)
    assert found == {"copy_rate": 0, "copy_rate_held_out": 1}


def test_if_held_out_sounds_are_copies_no_rate_is_given():
    with pytest.raises(NotMeasuredError, match="themselves copies"):
        rates(plucks(5, 2), TRAIN[:5])


def test_copies_of_ten_seconds_are_found_with_the_same_memory():
    draw = np.random.default_rng(0)
    clips = np.stack([np.concatenate(plucks(20, int(draw.integers(1000)))) for _ in range(12)])
    assert band_levels(clips, RATE).shape[1] <= MAX_FRAMES
    number, likeness = nearest_copy(0.1 * later(clips, 3000), clips, RATE)
    assert (number == np.arange(len(clips))).all()
    assert likeness.min() > 0.8 > nearest_copy(clips[:6], clips[6:], RATE)[1].max()
