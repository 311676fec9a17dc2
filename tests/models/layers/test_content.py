import numpy as np

from waveloom.models.layers.content import RANGE, SCALE, Content, band_matrix, envelope_matrix

BINS = 512


def harmonics(fundamental, partials=8):
    """A frame of silence with peaks of +0.5, three bins wide, at the multiples of a fundamental in bins."""
    frame = np.full(BINS, -1, np.float32)
    for offset, level in ((-1, 0), (0, 0.5), (1, 0)):
        frame[fundamental * np.arange(1, partials + 1) + offset] = level
    return frame


def content(frame):
    return np.array(Content(30)(frame[None, None]))[0, 0]


def test_a_smooth_envelope_leaves_nothing():
    curve = 0.3 * np.cos(np.pi * 3 * (np.arange(BINS) + 0.5) / BINS) - 0.2
    np.testing.assert_allclose(curve @ envelope_matrix(BINS, 30), curve, atol=1e-5)
    assert content(curve.astype(np.float32))[:BINS].max() == 0


def test_a_smooth_equaliser_does_not_change_the_residual():
    frame = harmonics(20)
    curve = 0.1 * np.cos(np.pi * 5 * (np.arange(BINS) + 0.5) / BINS).astype(np.float32)
    np.testing.assert_allclose(content(frame + curve)[:BINS], content(frame)[:BINS], atol=1e-4)


def test_the_peaks_of_partials_remain_and_silence_between_them_is_zero():
    residual = content(harmonics(20))[:BINS]
    np.testing.assert_allclose(residual[20 * np.arange(1, 9)], RANGE / SCALE, rtol=1e-5)
    assert residual[30] == 0


def test_a_constant_frame_has_its_level_in_every_band():
    np.testing.assert_allclose(np.full(BINS, 0.7) @ band_matrix(BINS), 0.7, rtol=1e-5)


def test_a_sudden_sound_has_flux_in_the_frame_where_it_starts():
    levels = np.full((1, 6, BINS), -1, np.float32)
    levels[:, 3:] = 0
    flux = np.array(Content(30)(levels))[0, :, -9:-1]
    assert (flux[3] == 2).all()
    np.testing.assert_allclose(flux[[0, 1, 2, 4, 5]], 0, atol=1e-5)
