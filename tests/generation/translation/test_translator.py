import numpy as np
import pytest

from tests.generation.translation.translators import averaged, identity, shifted, translator
from tests.models.test_source_range import notes, saws
from waveloom.audio.bandwidth import low_pass
from waveloom.audio.clip import Clip
from waveloom.config.errors import InputError
from waveloom.generation.translation import windows
from waveloom.generation.translator import Transfer, Translator
from waveloom.models.model import Exported
from waveloom.models.source_range import fit_source_range

RATE = 16000
DRAW = np.random.default_rng(0)


def chord(seconds, rate=RATE, hertz=(220, 277.2, 329.6, 880)):
    time = np.arange(round(seconds * rate)) / rate
    return sum(0.1 * np.sin(2 * np.pi * hz * time) for hz in hertz).astype(np.float32)


def error_db(sound, expected):
    return 20 * np.log10(np.linalg.norm(sound - expected) / np.linalg.norm(expected))


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000, 96000])
@pytest.mark.parametrize("seconds", [0.01, 0.5, 13.37])
def test_length_rate_and_channels_stay(seconds, rate):
    mono = Clip(chord(seconds, rate), rate)
    stereo = Clip(np.stack([mono.samples, mono.samples[::-1]]), rate)
    for clip in (mono, stereo):
        result = translator(shifted(3)).translate(clip, "organ")
        assert (result.samples.shape, result.rate) == (clip.samples.shape, rate)
        assert result.samples.dtype == np.float32
        assert np.isfinite(result.samples).all()


@pytest.mark.parametrize("rate", [16000, 44100])
def test_a_network_that_changes_nothing_gives_the_sound_back(rate):
    noise = low_pass(DRAW.standard_normal((1, 5 * rate)) * 0.05, rate, 7000)[0]
    for sound in (chord(5, rate), noise):
        result = translator(identity).translate(Clip(sound, rate), "organ")
        assert error_db(result.samples, sound) < -40


def test_strength_0_returns_the_samples_unchanged():
    clip = Clip(chord(3, 44100), 44100)
    result, outcome = translator(shifted(9)).translate_and_measure(clip, "organ", Transfer(strength=0))
    np.testing.assert_array_equal(result.samples, clip.samples)
    assert (outcome.change_db, outcome.change) == (0, "unchanged")


def test_strength_interpolates_levels_in_decibels():
    # The network silences everything above -40 dB to -40 dB, so half the strength halves the change in dB.
    quieter = translator(lambda levels: np.where(levels > -1, levels - 0.5, levels))
    clip = Clip(chord(4), RATE)
    for strength, change_db in ((1.0, -20), (0.5, -10), (0.1, -2)):
        settings = Transfer(strength, match_loudness=False)
        result = quieter.translate(clip, "organ", settings).samples
        inside = slice(RATE, -RATE)
        ratio = np.linalg.norm(result[inside]) / np.linalg.norm(clip.samples[inside])
        assert 20 * np.log10(ratio) == pytest.approx(change_db, abs=0.5)


def test_a_small_strength_is_close_to_the_source_also_above_the_band_of_the_network():
    clip = Clip(chord(4, 44100, (440, 15000)), 44100)
    result = translator(shifted(9)).translate(clip, "organ", Transfer(strength=0.001))
    assert error_db(result.samples, clip.samples) < -40


def test_the_result_has_nothing_above_the_band_of_the_network_and_says_so():
    clip = Clip(chord(4, 44100, (440, 15000)), 44100)
    result, outcome = translator(identity).translate_and_measure(clip, "organ")
    assert outcome.bandwidth_hz == 8000
    inside = slice(4410, -4410)
    assert error_db(result.samples[inside], chord(4, 44100, (440,))[inside]) < -40


def test_levels_do_not_depend_on_where_windows_begin():
    levels = DRAW.uniform(-1, 1, (1000, 1, 8)).astype(np.float32)
    spectra = np.zeros((1000, 1, 8), np.complex64)
    for network in (identity, averaged):
        parts = [(spectra[at : at + 37], levels[at : at + 37]) for at in range(0, 1000, 37)]
        result = list(windows.translate_windows(parts, lambda one: network(one[None, :, 0])[0][:, None]))  # noqa: B023
        translated = np.concatenate([one for *_, one in result])
        np.testing.assert_allclose(translated[:, 0], network(levels[None, :, 0])[0], atol=1e-6)
        np.testing.assert_array_equal(np.concatenate([one for _, one, _ in result]), levels)


def test_a_sound_is_the_same_in_blocks_of_any_size():
    sound = np.stack([chord(20), chord(20, hertz=(300, 500))])
    made = translator(averaged)
    whole = made.translate(Clip(sound, RATE), "organ").samples
    for size in (100, 4096, 70000):
        blocks = (sound[:, at : at + size] for at in range(0, sound.shape[-1], size))
        parts = np.concatenate(list(made.stream(blocks, RATE, "organ")), axis=-1)
        np.testing.assert_allclose(parts, whole, atol=1e-5)


def test_the_beginning_does_not_depend_on_what_follows_much_later():
    sound = chord(30)
    longer = np.concatenate([sound, np.zeros(5 * RATE, np.float32)])
    short, long = (translator(averaged).translate(Clip(one, RATE), "organ").samples for one in (sound, longer))
    np.testing.assert_allclose(short[: 15 * RATE], long[: 15 * RATE], atol=1e-6)


def test_silence_stays_silence():
    loud = translator(np.ones_like)
    assert not loud.translate(Clip(np.zeros(40000, np.float32), RATE), "organ").samples.any()
    gap = np.concatenate([chord(4), np.zeros(4 * RATE, np.float32), chord(4)])
    result = translator(shifted(5)).translate(Clip(gap, RATE), "organ").samples
    assert not result[4 * RATE + 2048 : 8 * RATE - 2048].any()
    assert np.abs(result[: 4 * RATE]).max() > 0.1


def test_loudness_is_that_of_the_source_whatever_the_network_does():
    clip = Clip(chord(20), RATE)
    for change in (-0.4, 0.15):
        altered = translator(lambda levels: np.where(levels > -0.9, levels + change, levels))  # noqa: B023
        result = altered.translate(clip, "organ").samples
        inside = slice(RATE, -RATE)
        assert abs(ratio_db(result[inside], clip.samples[inside])) < 0.5


def ratio_db(sound, expected):
    return 20 * np.log10(np.linalg.norm(sound) / np.linalg.norm(expected))


def test_no_sample_exceeds_full_scale():
    square = np.sign(chord(6)).astype(np.float32)
    result = translator(lambda levels: levels + 0.2).translate(
        Clip(square, RATE), "organ", Transfer(match_loudness=False)
    )
    assert np.abs(result.samples).max() <= 1


def test_the_change_is_the_mean_difference_of_levels():
    louder = translator(lambda levels: levels + 0.25)  # of 80 dB in two units: 10 dB
    quiet = Clip(chord(5) * 0.01, RATE)
    _, outcome = louder.translate_and_measure(quiet, "organ")
    assert outcome.change_db == pytest.approx(10, abs=0.01)
    assert outcome.change == "strongly changed"
    _, outcome = louder.translate_and_measure(quiet, "organ", Transfer(strength=0.5))
    assert outcome.change_db == pytest.approx(5, abs=0.01)


def test_the_panorama_stays_when_frequencies_move():
    left = chord(6, hertz=(440,))
    for share in (0.0, 0.25, 0.5):
        sound = np.stack([left * (1 - share), left * share])
        result = translator(shifted(20)).translate(Clip(sound, RATE), "organ").samples
        powers = np.square(result[:, RATE:-RATE]).sum(axis=1)
        expected = np.square([1 - share, share])
        np.testing.assert_allclose(powers / powers.sum(), expected / expected.sum(), atol=0.03)


@pytest.mark.parametrize("right", [1.0, 0.3, -1.0, 0.0])
def test_a_network_that_changes_nothing_gives_both_channels_back(right):
    left = chord(4)
    sound = np.stack([left, right * left])
    result = translator(identity).translate(Clip(sound, RATE), "organ").samples
    assert error_db(result, sound) < -40
    assert result[1].any() == bool(right)


def test_the_same_seed_gives_the_same_samples():
    clip = Clip(DRAW.standard_normal(60000).astype(np.float32) * 0.1, RATE)
    one, again = (translator(shifted(40)).translate(clip, "organ", Transfer(seed=3)).samples for _ in range(2))
    np.testing.assert_array_equal(one, again)


def test_an_unknown_domain_is_refused_with_the_names_of_all():
    with pytest.raises(InputError, match=r"target is 'string', .* are: 'organ', 'strings'. Did you mean 'strings'"):
        translator(identity).translate(Clip(chord(1), RATE), "string")


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_out_of_range_is_refused(strength):
    with pytest.raises(InputError, match=r"strength is .*from 0"):
        Transfer(strength=strength)


def known_range(network, **statistics):
    """A translator that knows its training sounds: those of `tests.models.test_source_range`, at -30 to -10 dBFS."""
    made = translator(network)
    levels = np.concatenate([saws(0), saws(1, partials=4)])
    fitted = fit_source_range(levels, np.repeat([0, 1], 24), np.arange(48) % 12, RATE, 80.0)
    return Translator(Exported({**made.spec, "source_statistics": {**fitted, **statistics}}, "digest", made.model.call))


def test_a_sound_unlike_those_of_training_gives_a_warning():
    made = known_range(identity)
    saw = np.concatenate(notes(9, count=6))
    noise = DRAW.standard_normal(4 * RATE) * 0.1
    outcomes = [
        made.translate_and_measure(Clip(one.astype(np.float32), RATE), "organ")[1] for one in (saw, noise, 0 * saw)
    ]
    assert outcomes[0].atypicality < 1
    assert outcomes[0].warning == ""
    assert "is unlike those that the translator was trained on" in outcomes[1].warning
    assert outcomes[2].atypicality is None


@pytest.mark.parametrize(("gain_db", "received_db"), [(-60, -30), (-20, -20), (0, -10)])
def test_the_network_gets_the_sound_at_a_level_that_it_was_trained_on(gain_db, received_db):
    peaks = []

    def network(levels):
        peaks.append(levels.max())
        return levels

    made = known_range(network, level_db=[-30, -10])
    sine = Clip((np.sqrt(2) * 10 ** (gain_db / 20) * chord(4, hertz=(1000,)) / 0.1).clip(-1, 1), RATE)
    result = made.translate(sine, "organ", Transfer(match_loudness=False))
    assert (max(peaks) + 1) * 40 - 80 == pytest.approx(received_db + 3, abs=1.5)  # the peak of a sine is 3 dB higher
    assert ratio_db(result.samples, sine.samples) == pytest.approx(0, abs=0.1)
