import numpy as np
import pytest

from tests.evaluation.translation.conftest import RATE, make_model, melody
from waveloom.config.plugins import available, load
from waveloom.evaluation.paired_metrics import log_spectral_distance_db
from waveloom.evaluation.translation import baselines
from waveloom.evaluation.translation.baselines import Request, mean_eq, musaicing, round_trip
from waveloom.evaluation.translation.sound import Sound
from waveloom.evaluation.translation.training_material import TrainingMaterial, codec_of

LENGTH = 20_000


def request(source: str = "sine", target: str = "saw", truth: bool = True) -> Request:
    clips = {name: np.stack([melody(name, seed)[:LENGTH] for seed in range(4)]) for name in (source, target)}
    sounds = [Sound(melody(name, 0)[:LENGTH], RATE) for name in (source, target, target)]
    training = TrainingMaterial(clips, RATE)
    truths = sounds[1:] if truth else (None, None)
    return Request(sounds[0], target, *truths, training, codec_of(make_model().spec))


def distance(a: Sound, b: Sound) -> float:
    return float(log_spectral_distance_db(a.samples[None], b.at_level_of(a).samples[None])[0])


@pytest.mark.parametrize("name", available(baselines))
def test_a_baseline_keeps_the_length_and_gives_the_same_sound_again(name):
    module = load(baselines, name)
    assert module.MEANING.startswith(module.TITLE)
    first, again = module.make(request()), module.make(request())
    assert first.samples.shape == (LENGTH,)
    assert first.samples.dtype == np.float32
    assert np.array_equal(first.samples, again.samples)


@pytest.mark.parametrize("name", ["target", "other_program", "round_trip"])
def test_without_a_truth_there_is_none_of_its_baselines(name):
    assert load(baselines, name).make(request(truth=False)) is None


def test_the_equaliser_keeps_a_source_that_has_the_spectrum_of_the_target():
    one = request("saw", "saw")
    sounds = {"saw": one.source.samples[None]}
    same = Request(one.source, "saw", None, None, TrainingMaterial(sounds, RATE), one.codec)
    assert distance(one.source, mean_eq.make(same)) < 0.5


def test_the_equaliser_brings_the_mean_spectrum_to_that_of_the_target():
    one = request("saw", "sine")
    target = Sound(one.training.clips["sine"].ravel(), RATE)

    def balance(sound: Sound) -> float:
        power = np.abs(np.fft.rfft(sound.samples)) ** 2
        cut = len(power) // 8  # 1 kHz
        return float(10 * np.log10(power[cut:].sum() / power[:cut].sum()))

    made = mean_eq.make(one)
    assert abs(balance(made) - balance(target)) < 0.5 * abs(balance(one.source) - balance(target))


def test_musaicing_finds_the_source_again_among_training_frames_that_contain_it():
    one = request("saw", "saw")  # the source is the first training clip
    assert distance(one.source, musaicing.make(one)) < 0.4 * distance(
        one.source, Sound(melody("saw", 2)[:LENGTH], RATE)
    )


def test_the_round_trip_is_near_to_the_truth():
    one = request()
    assert distance(one.truth, round_trip.make(one)) < 0.5 * distance(one.truth, one.source)
