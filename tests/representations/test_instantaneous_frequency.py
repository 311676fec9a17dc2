import numpy as np
import pytest

from waveloom.representations import instantaneous_frequency
from waveloom.representations.instantaneous_frequency import Config, decode, encode

RATE, SAMPLES = 16000, 16384
TIME = np.arange(SAMPLES) / RATE
MIDDLE = slice(4, -4)  # frames within the clip


def advance(hertz: float) -> float:
    """Phase advance of a sine per hop of 512 samples, over pi: in [-1, 1)."""
    return (2 * hertz * 512 / RATE + 1) % 2 - 1


def snr_db(clip: np.ndarray, decoded: np.ndarray) -> float:
    return float(10 * np.log10(np.sum(clip**2) / np.sum((clip - decoded) ** 2)))


@pytest.mark.parametrize("hertz", [437.5, 440.0, 1234.5, 5001.0])
@pytest.mark.parametrize("mel", [False, True])
def test_the_phase_advance_of_a_steady_sine_is_its_frequency_in_every_frame_and_near_bin(hertz, mel):
    clip = (0.5 * np.sin(2 * np.pi * hertz * TIME))[None].astype(np.float32)
    level, advances = np.moveaxis(encode(Config(mel=mel), clip, RATE)[0], -1, 0)
    peak = level[16].argmax()
    np.testing.assert_allclose(advances[MIDDLE, peak - 1 : peak + 2], advance(hertz), atol=2e-3)


def test_the_first_frame_contains_the_phase():
    hertz, start = 1000.0, 0.7
    clip = (0.5 * np.cos(2 * np.pi * hertz * (TIME - 256 / RATE) + start))[None].astype(np.float32)
    level, advances = np.moveaxis(encode(Config(), clip, RATE)[0], -1, 0)
    assert advances[0, level[0].argmax()] * np.pi == pytest.approx(start, abs=0.1)  # its centre is at sample 256


@pytest.mark.parametrize("steps", [0, 4])
@pytest.mark.parametrize("kind", ["sine", "chirp", "chord", "burst"])
def test_decoding_returns_the_waveform_itself(kind, steps):
    draw = np.random.default_rng(0)
    sounds = {
        "sine": np.sin(2 * np.pi * 440 * TIME),
        "chirp": np.sin(2 * np.pi * (200 + 3000 * TIME) * TIME),
        "chord": sum(np.sin(2 * np.pi * hz * TIME) * np.exp(-3 * TIME) / 4 for hz in (220, 277, 330, 880)),
        "burst": 0.2 * draw.standard_normal(SAMPLES) * np.exp(-8 * TIME),
    }
    clip = (0.9 * sounds[kind]).astype(np.float32)
    config = Config(griffin_lim_steps=steps)
    assert snr_db(clip, decode(config, encode(config, clip[None], RATE), SAMPLES, RATE)[0]) > 30


def test_on_the_mel_scale_a_tone_still_keeps_its_phase():
    clip = (0.5 * np.sin(np.pi * np.arange(SAMPLES) / SAMPLES) ** 2 * np.sin(2 * np.pi * 440 * TIME)).astype(np.float32)
    config = Config(mel=True)
    assert snr_db(clip, decode(config, encode(config, clip[None], RATE), SAMPLES, RATE)[0]) > 15


@pytest.mark.parametrize(
    ("config", "bins"),
    [(Config(), 1024), (Config(bands=256), 1024), (Config(mel=True), 1024), (Config(mel=True, bands=256), 256)],
)
def test_bands_apply_to_the_mel_scale_only(config, bins):
    assert instantaneous_frequency.shape(config, SAMPLES, RATE) == (32, bins, 2)
