import numpy as np

from waveloom.representations import waveform
from waveloom.representations.waveform import Config


def test_decoding_returns_every_sample():
    clips = np.random.default_rng(0).uniform(-1, 1, (3, 1000)).astype(np.float32)
    encoded = waveform.encode(Config(), clips, 16000)
    assert waveform.shape(Config(), 1000, 16000) == (1000,)
    np.testing.assert_array_equal(encoded, clips)
    np.testing.assert_array_equal(waveform.decode(Config(), encoded, 1000, 16000), clips)


def test_samples_beyond_full_scale_are_clipped():
    np.testing.assert_array_equal(waveform.decode(Config(), np.array([[-2.0, 0.5, 3.0]]), 3, 16000), [[-1, 0.5, 1]])
