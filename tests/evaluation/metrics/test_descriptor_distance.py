import numpy as np
import pytest

from tests.sounds import RATE, noise, tone
from waveloom.evaluation.metrics import NotMeasuredError, Reference, Sounds
from waveloom.evaluation.metrics.descriptor_distance import score
from waveloom.evaluation.subset import Subset


def measured(evaluated: np.ndarray, real: np.ndarray) -> dict[str, float]:
    parts = [
        Subset(Sounds(x, RATE, np.zeros((len(x), 1)), np.full(len(x), "")), np.full(len(x), ""))
        for x in (evaluated, real)
    ]
    return score(parts[0], Reference(parts[1], parts[1]))


def tones(low: float, high: float, gain: float = 0.5) -> np.ndarray:
    return np.stack(
        [tone(hertz, 0.3, gain=gain) + noise(0.3, gain=0.01 * i) for i, hertz in enumerate(np.linspace(low, high, 9))]
    )


def test_louder_sounds_differ_in_loudness_and_in_nothing_else():
    found = measured(2 * tones(300, 900, gain=0.2), tones(300, 900, gain=0.2))
    assert found["descriptor_distance_rms"] > 1
    assert found["descriptor_distance_centroid"] == pytest.approx(0, abs=0.05)


def test_a_shift_of_all_sounds_is_given_in_standard_deviations():
    real = tones(300, 900)
    found = measured(1.1 * real, real)
    rms = np.sqrt((real**2).mean(axis=1))
    assert found["descriptor_distance_rms"] == pytest.approx(0.1 * rms.mean() / rms.std(), rel=0.05)
    assert found["descriptor_distance"] == pytest.approx(np.mean(list(found.values())[1:]))


def test_the_order_of_sounds_does_not_matter():
    real = tones(300, 900)
    assert max(measured(real[::-1], real).values()) == pytest.approx(0, abs=1e-9)


def test_equal_training_sounds_have_no_standard_deviation():
    with pytest.raises(NotMeasuredError, match="the same for all"):
        measured(tones(300, 900), np.repeat(tones(300, 900)[:1], 5, axis=0))
