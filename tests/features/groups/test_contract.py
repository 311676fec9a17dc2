"""Contract of every feature group; a new file in the folder is tested without a change here."""

import numpy as np
import pytest

from tests.sounds import chirp, noise, tone
from waveloom.config import plugins
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.features import Features, groups
from waveloom.features.analysis import Analysis
from waveloom.features.groups import spectral

NAMES = plugins.available(groups)
RATE = 16_000
DEFAULT = Features()


def measure(name: str, clips: np.ndarray, config: Features = DEFAULT) -> dict[str, np.ndarray]:
    group = plugins.load(groups, name)
    return group.measure(Analysis(clips.astype(np.float32), RATE, config, double_precision=group.DOUBLE_PRECISION))


def frame_count(samples: int, config: Features) -> int:
    return spectral.measure(Analysis(np.zeros((1, samples), np.float32), RATE, config))["rms"].shape[1]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("centre", [True, False])
@pytest.mark.parametrize("samples", [1, 100, 16_000])
def test_each_feature_is_float32_over_time_or_per_clip(name, centre, samples):
    config = Features(centre=centre)
    measured = measure(name, noise()[None, :samples].repeat(3, axis=0), config)
    assert measured
    for values in measured.values():
        assert values.dtype == np.float32
        assert values.shape in {(3,), (3, frame_count(samples, config))}


def test_no_two_groups_use_the_same_name():
    named = [column for name in NAMES for column in measure(name, noise()[None])]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("samples", [1, 3, 2047, 5000])
@pytest.mark.parametrize("kind", ["silence", "constant", "click", "square", "tiny"])
def test_every_finite_clip_has_finite_features(name, samples, kind):
    sound = {
        "silence": np.zeros(samples),
        "constant": np.ones(samples),
        "click": np.eye(1, samples)[0],
        "square": np.sign(np.sin(np.arange(samples) + 0.5)),
        "tiny": 1e-30 * np.sin(np.arange(samples)),
    }[kind]
    for values in measure(name, sound[None]).values():
        assert np.isfinite(values).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_clip_does_not_depend_on_the_others(name):
    clips = np.stack([tone(440), 1e-3 * noise(), chirp(100, 4000), 0 * tone(440)])
    together = measure(name, clips)
    for number, clip in enumerate(clips):
        for column, values in measure(name, clip[None]).items():
            np.testing.assert_array_equal(values[0], together[column][number])


def test_the_error_of_an_unknown_group_lists_the_groups():
    with pytest.raises(InputError, match=r"'timbre'; there is no such group of features; choose from .*mfcc"):
        read_config(Features, {"groups": ["mfcc", "timbre"]}, "features")
