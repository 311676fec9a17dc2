import pytest

from waveloom.config.errors import InputError
from waveloom.models.generators import wavegan


@pytest.mark.parametrize(
    ("samples", "options"),
    [
        (16384, {}),
        (32768, {}),
        (65536, {"quarterings": 6}),
        (16384, {"upsampling": "nearest", "filter": 512}),
    ],
)
def test_it_makes_the_papers_lengths(samples, options):
    nets = wavegan.build(wavegan.Config(channels=1, **options), (samples,), 8, 0)
    assert nets.generator.output_shape == (None, samples)
    assert nets.discriminator.input_shape == (None, samples)


def test_at_the_papers_width_it_has_the_papers_nineteen_million_weights():
    nets = wavegan.build(wavegan.Config(channels=64), (16384,), 100, 0)
    assert nets.generator.count_params() == pytest.approx(19.07e6, rel=0.01)


def test_a_spectrogram_is_refused_with_the_way_out():
    with pytest.raises(InputError, match="waveform representation"):
        wavegan.build(wavegan.Config(), (64, 512), 8, 0)
