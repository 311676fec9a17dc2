import librosa
import numpy as np
import pytest

from waveloom.audio.stft import frames, hann, istft, stft

N_FFT, HOP = 256, 64
NOISE = np.random.default_rng(0).standard_normal(4096).astype(np.float32)


def test_hann_is_one_in_its_middle_and_sums_to_half_its_length():
    assert hann(8).tolist() == pytest.approx([0, 0.146447, 0.5, 0.853553, 1, 0.853553, 0.5, 0.146447], abs=1e-6)
    assert hann(1024).sum() == pytest.approx(512)


def test_frames_begin_one_hop_apart():
    assert frames(np.arange(8), 4, 2).tolist() == [[0, 1, 2, 3], [2, 3, 4, 5], [4, 5, 6, 7]]


@pytest.mark.parametrize("number", [3, 20, 100])
def test_a_full_scale_cosine_at_a_bin_has_half_the_window_sum_and_zero_phase(number):
    cosine = np.cos(2 * np.pi * number / N_FFT * np.arange(N_FFT))
    spectrum = stft(cosine, hann(N_FFT), HOP)[0]
    assert spectrum[number] == pytest.approx(hann(N_FFT).sum() / 2, rel=1e-5)
    assert np.abs(np.delete(spectrum, [number - 1, number, number + 1])).max() < 1e-4


def test_a_click_has_a_flat_spectrum_in_the_frames_that_contain_it():
    magnitudes = np.abs(stft(np.eye(1, 1024, 512)[0], hann(N_FFT), HOP))
    expected = [hann(N_FFT)[512 - HOP * k] if 0 <= 512 - HOP * k < N_FFT else 0 for k in range(len(magnitudes))]
    np.testing.assert_allclose(magnitudes, np.broadcast_to(np.array(expected)[:, None], magnitudes.shape), atol=1e-6)


def test_the_transform_is_the_one_of_librosa():
    expected = librosa.stft(NOISE, n_fft=N_FFT, hop_length=HOP, center=False).T
    np.testing.assert_allclose(stft(NOISE, hann(N_FFT), HOP), expected, atol=1e-4)


@pytest.mark.parametrize("hop", [32, 64, 128])
def test_the_inverse_returns_the_signal_where_windows_reach(hop):
    restored = istft(stft(NOISE, hann(N_FFT), hop), N_FFT, hop)
    assert restored.shape == NOISE.shape
    np.testing.assert_allclose(restored[hop:-hop], NOISE[hop:-hop], atol=1e-4)


def test_the_inverse_weighs_a_change_of_one_frame_by_its_squared_window():
    spectrum = stft(NOISE, hann(N_FFT), HOP)
    doubled = spectrum.copy()
    doubled[20] *= 2
    weight = sum(np.roll(np.pad(hann(N_FFT) ** 2, (0, 1024)), shift) for shift in range(-192, 256, 64))[:N_FFT]
    change = istft(doubled, N_FFT, HOP) - istft(spectrum, N_FFT, HOP)
    inside = slice(20 * HOP, 20 * HOP + N_FFT)
    np.testing.assert_allclose(change[inside], NOISE[inside] * hann(N_FFT) ** 2 / weight, atol=1e-4)
    assert not change[: 20 * HOP].any()
