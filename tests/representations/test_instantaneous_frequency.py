import numpy as np
import pytest

from waveloom.representations import instantaneous_frequency
from waveloom.representations.instantaneous_frequency import Config, decode, encode

RATE, SAMPLES = 16000, 16384
TIME = np.arange(SAMPLES) / RATE
MIDDLE = slice(4, -4)  # frames that see nothing but the clip


def turns(hertz: float) -> float:
    """Half circles that a sine turns in a hop of 512 samples, in [-1, 1)."""
    return (2 * hertz * 512 / RATE + 1) % 2 - 1


def snr_db(clip: np.ndarray, back: np.ndarray) -> float:
    return float(10 * np.log10(np.sum(clip**2) / np.sum((clip - back) ** 2)))


@pytest.mark.parametrize("hertz", [437.5, 440.0, 1234.5, 5001.0])
@pytest.mark.parametrize("mel", [False, True])
def test_a_steady_sine_turns_by_its_frequency_in_every_frame_and_near_bin(hertz, mel):
    clip = (0.5 * np.sin(2 * np.pi * hertz * TIME))[None].astype(np.float32)
    loud, turned = np.moveaxis(encode(Config(mel=mel), clip, RATE)[0], -1, 0)
    peak = loud[16].argmax()
    np.testing.assert_allclose(turned[MIDDLE, peak - 1 : peak + 2], turns(hertz), atol=2e-3)


def test_the_first_frame_holds_the_phase():
    hertz, start = 1000.0, 0.7
    clip = (0.5 * np.cos(2 * np.pi * hertz * (TIME - 256 / RATE) + start))[None].astype(np.float32)
    loud, turned = np.moveaxis(encode(Config(), clip, RATE)[0], -1, 0)
    assert turned[0, loud[0].argmax()] * np.pi == pytest.approx(start, abs=0.1)  # its centre is at sample 256


@pytest.mark.parametrize("steps", [0, 4])
@pytest.mark.parametrize("kind", ["sine", "chirp", "chord", "burst"])
def test_phases_integrate_back_to_the_clip_itself(kind, steps):
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


def test_on_the_mel_scale_a_tone_still_comes_back_in_phase():
    clip = (0.5 * np.sin(np.pi * np.arange(SAMPLES) / SAMPLES) ** 2 * np.sin(2 * np.pi * 440 * TIME)).astype(np.float32)
    config = Config(mel=True)
    assert snr_db(clip, decode(config, encode(config, clip[None], RATE), SAMPLES, RATE)[0]) > 15


@pytest.mark.parametrize(
    ("config", "bins"),
    [(Config(), 1024), (Config(bands=256), 1024), (Config(mel=True), 1024), (Config(mel=True, bands=256), 256)],
)
def test_bands_count_on_the_mel_scale_alone(config, bins):
    assert instantaneous_frequency.shape(config, SAMPLES, RATE) == (32, bins, 2)
