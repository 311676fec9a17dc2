"""Default frames have the same duration at every sample rate."""

from pathlib import Path

import numpy as np
import pytest

from waveloom import representations
from waveloom.config import plugins
from waveloom.models.networks import Inputs
from waveloom.models.recipe import parts, resolve
from waveloom.project import params

CONF = Path(__file__).parents[2] / "conf"
RATES = ["44khz", "48khz", "96khz"]
FRAMED = [
    name
    for name in plugins.available(representations)
    if "frequency" in getattr(plugins.load(representations, name), "AXES", ())
]


def clip(preset: str) -> tuple[int, int]:
    """Samples and rate."""
    values = params.load(CONF / preset / "params.yaml")["prepare"]
    return values["samples"], values["rate_hz"]


@pytest.mark.parametrize("preset", RATES)
@pytest.mark.parametrize("name", FRAMED)
def test_a_clip_has_the_same_number_of_frames_at_every_rate(name, preset):
    module = plugins.load(representations, name)
    assert module.shape(module.Config(), *clip(preset))[0] == module.shape(module.Config(), 16384, 16000)[0]


@pytest.mark.parametrize("name", FRAMED)
def test_each_of_hop_and_n_fft_follows_from_the_other(name):
    module = plugins.load(representations, name)
    shapes = [module.shape(module.Config(**sizes), 8192, 16000) for sizes in ({"hop": 64}, {"n_fft": 256})]
    assert shapes[0] == shapes[1] == module.shape(module.Config(n_fft=256, hop=64), 8192, 16000)


@pytest.mark.parametrize("preset", RATES)
@pytest.mark.parametrize("recipe", ["loom", "residual", "stylegan", "gansynth", "dcgan"])
def test_networks_accept_clips_of_every_rate_preset(recipe, preset):
    small = {"loom": {"loom": {"stored": {"sounds": 2}}}, "dcgan": {"dcgan": {"channels": 1}}}
    chosen = parts(
        resolve(params.load(CONF / "recipes" / f"{recipe}.yml"), {"options": {"generators": small.get(recipe, {})}})
    )
    shape = chosen.representation.shape(chosen.representation_config, *clip(preset))
    generator = chosen.generator.build(chosen.generator_config, shape, Inputs(100))
    assert generator.output_shape == (None, *shape)


@pytest.mark.parametrize("preset", RATES)
def test_a_high_tone_keeps_its_frequency(preset):
    samples, rate = clip(preset)
    module = plugins.load(representations, "spectrogram")
    hertz, time = 0.4 * rate, np.arange(samples) / rate
    tone = (0.5 * np.sin(2 * np.pi * hertz * time) * np.hanning(samples))[None].astype(np.float32)
    decoded = module.decode(module.Config(), module.encode(module.Config(), tone, rate), samples, rate)[0]
    spectrum = np.abs(np.fft.rfft(decoded))
    assert abs(spectrum.argmax() * rate / samples - hertz) <= rate / samples
    assert spectrum[np.abs(np.arange(len(spectrum)) - spectrum.argmax()) > 20].max() < 0.01 * spectrum.max()


@pytest.mark.parametrize("name", FRAMED)
def test_a_hop_may_be_odd_as_ten_milliseconds_are_at_44_1_khz(name):
    module = plugins.load(representations, name)
    config, time = module.Config(hop=441), np.arange(44100) / 44100
    tone = (0.5 * np.sin(2 * np.pi * 1000 * time) * np.hanning(44100)).astype(np.float32)
    both = tone[None] if representations.channel_count(module) == 1 else np.stack([tone, tone])[None]
    encoded = module.encode(config, both, 44100)
    assert encoded.shape[1:] == module.shape(config, 44100, 44100)
    decoded = module.decode(config, encoded, 44100, 44100)
    spectrum = np.abs(np.fft.rfft(np.atleast_2d(decoded[0])[0]))
    assert abs(spectrum.argmax() - 1000) < 5
