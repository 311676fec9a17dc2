import pytest

from tests.models.pairs import build_generator, build_pair
from waveloom.config.errors import InputError


@pytest.mark.parametrize(
    ("samples", "options"),
    [
        (16384, {}),
        (32768, {}),
        (65536, {"quarterings": 6}),
    ],
)
def test_it_makes_the_papers_lengths(samples, options):
    nets = build_pair("wavegan", (samples,), 8, channels=1, **options)
    assert nets.generator.output_shape == (None, samples)
    assert nets.discriminator.input_shape == (None, samples)


def test_nearest_upsampling_and_a_filter_make_the_same_length():
    generator = build_generator("wavegan", (16384,), 8, channels=1, upsampling="nearest", filter=512)
    assert generator.output_shape == (None, 16384)


def test_at_the_papers_width_it_has_the_papers_nineteen_million_weights():
    generator = build_generator("wavegan", (16384,), 100, channels=64)
    assert generator.count_params() == pytest.approx(19.07e6, rel=0.01)


def test_a_spectrogram_is_refused_with_the_way_out():
    with pytest.raises(InputError, match="waveform representation"):
        build_generator("wavegan", (64, 512), 8)
