import numpy as np

from tests.sounds import RATE, silence
from waveloom.preparation.events import event_peaks


def clicks(*places: int, gains: tuple[float, ...] = ()) -> np.ndarray:
    sound = silence()
    for place, gain in zip(places, gains or [0.5] * len(places), strict=True):
        sound[place] = gain
    return sound


def test_every_click_is_found_at_its_sample():
    places = (0, 800, 5_000, RATE - 1)
    assert event_peaks(clicks(*places), 20, 400) == list(places)


def test_of_two_clicks_too_close_the_louder_is_used():
    assert event_peaks(clicks(1000, 1100, gains=(0.3, -0.6)), 20, 400) == [1100]


def test_a_click_too_far_below_the_loudest_is_no_event():
    sound = clicks(1000, 5000, 9000, gains=(0.9, 0.1, 0.08))
    assert event_peaks(sound, 20, 400) == [1000, 5000]
    assert event_peaks(sound, 40, 400) == [1000, 5000, 9000]


def test_a_clipped_click_is_one_event():
    sound = silence()
    sound[300:310] = 1.0
    assert len(event_peaks(sound, 20, 400)) == 1
