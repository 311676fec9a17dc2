from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soxr

from tests.sounds import chirp, noise, tone
from waveloom.audio.clip import Clip
from waveloom.ingest.corpora.soundfont import Config, recordings
from waveloom.similarity import fingerprint_store
from waveloom.similarity.correlation import correlation
from waveloom.similarity.fingerprint import Fingerprint, fingerprint, low_band
from waveloom.similarity.fingerprint_store import FingerprintStore
from waveloom.similarity.near_duplicates import near_duplicates

RATE = 44_100


def notes(program: int, *pitches: int) -> list[Clip]:
    found = recordings(Config(programs=(program,), pitches=pitches, drum_kits=()), Path())
    return [recording.clip for recording in found if recording.clip]


SOUNDS = {
    "sine": Clip(tone(440, 2.0, RATE), RATE),
    "chirp": Clip(chirp(200, 3000, 2.0, RATE), RATE),
    "noise": Clip(noise(2.0, RATE), RATE),
    "flute": notes(73, 64)[0],
    "piano": notes(0, 64)[0],
    "violin": notes(40, 64)[0],
}


def gain(clip: Clip, factor: float) -> Clip:
    return Clip(clip.samples * np.float32(factor), clip.rate)


def at(clip: Clip, rate: int) -> Clip:
    return Clip(soxr.resample(clip.samples, clip.rate, rate).astype(np.float32), rate)


def part(clip: Clip, start: float, stop: float) -> Clip:
    """Cut at odd samples, so that frames of the copy are not aligned with those of the original."""
    length = len(clip.samples)
    return Clip(clip.samples[round(start * length) + 7 : round(stop * length) + 3], clip.rate)


CHANGES = {
    "quieter": lambda clip: gain(clip, 0.03),
    "upside down": lambda clip: gain(clip, -0.7),
    "8 kHz": lambda clip: at(clip, 8_000),
    "11 kHz": lambda clip: at(clip, 11_025),
    "48 kHz": lambda clip: at(clip, 48_000),
    "without its beginning": lambda clip: part(clip, 0.3, 1.0),
    "without its end": lambda clip: part(clip, 0.0, 0.5),
    "the middle": lambda clip: part(clip, 0.2, 0.8),
    "all at once": lambda clip: gain(at(part(clip, 0.1, 0.7), 16_000), 0.3),
}


def firsts(*clips: Clip) -> list[int]:
    return near_duplicates(store_of(clips), np.full(len(clips), True), lambda place: clips[place]).tolist()


def store_of(clips: Sequence[Clip]) -> FingerprintStore:
    store = FingerprintStore()
    for clip in clips:
        store.add(fingerprint(clip))
    return store


@pytest.mark.parametrize("change", CHANGES)
def test_near_duplicates_are_found_after_a_change_of_gain_rate_or_length(change):
    clips = list(SOUNDS.values())
    changed = [CHANGES[change](clip) for clip in clips]
    assert firsts(*clips, *changed) == 2 * list(range(len(clips)))


@pytest.mark.parametrize("program", [0, 40, 73, 56])
def test_other_pitches_of_an_instrument_are_other_sounds(program):
    assert firsts(*notes(program, 60, 61, 62, 67, 72)) == [0, 1, 2, 3, 4]


def test_other_instruments_at_one_pitch_are_other_sounds():
    assert firsts(*(notes(program, 60)[0] for program in (0, 24, 40, 56, 73))) == [0, 1, 2, 3, 4]


def test_other_tones_and_other_noise_are_other_sounds():
    tones = [Clip(tone(hertz, 2.0), 16_000) for hertz in (100, 106, 440, 466)]
    assert firsts(*tones, *(Clip(noise(2.0, seed=seed), 16_000) for seed in range(3))) == list(range(7))


def test_copies_of_copies_all_refer_to_the_first():
    clip = SOUNDS["flute"]
    assert firsts(SOUNDS["chirp"], clip, part(clip, 0, 0.6), part(clip, 0.3, 1), gain(clip, 0.1)) == [0, 1, 1, 1, 1]


def test_an_excerpt_of_a_long_recording_is_found():
    whole = Clip(np.concatenate([noise(20, seed=1), chirp(300, 2000, 3.0), noise(20, seed=2)]), 16_000)
    assert firsts(Clip(noise(5, seed=3), 16_000), whole, part(whole, 0.7, 0.8)) == [0, 1, 1]


def test_sounds_without_content_below_four_kilohertz_are_not_compared():
    high = Clip(tone(20_000, 1.0, RATE) * np.hanning(RATE).astype(np.float32), RATE)
    assert len(fingerprint(high).points) == 0
    assert firsts(high, high) == [0, 1]
    assert firsts() == []


def test_a_fingerprint_survives_packing_and_unpacking():
    for clip in (SOUNDS["chirp"], Clip(np.zeros(100, np.float32), 16_000)):
        original = fingerprint(clip)
        for one, other in zip(original, Fingerprint.unpacked(original.packed()), strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_steady_sound_has_one_frame_and_a_changing_one_more():
    assert len(fingerprint(SOUNDS["sine"]).points) == 1
    assert len(fingerprint(SOUNDS["chirp"]).points) > 3


def test_the_number_of_compared_pairs_grows_linearly_with_the_recordings():
    clips = [gain(SOUNDS["violin"], 0.1 + 0.02 * number) for number in range(40)]
    loaded: list[int] = []

    def load(place: int) -> Clip:
        loaded.append(place)
        return clips[place]

    assert set(near_duplicates(store_of(clips), np.full(40, True), load)) == {0}
    assert len(loaded) <= 3 * 40


def test_correlation_is_one_for_copies_and_small_for_noise():
    one, other = (low_band(Clip(noise(1.0, seed=seed), 16_000)) for seed in (1, 2))
    assert correlation(one, 3 * one[1000:]) == pytest.approx(1.0, abs=1e-4)
    assert correlation(one, other) < 0.2


def test_correlation_is_high_at_a_shift_of_half_a_sample():
    clip = Clip(noise(1.0, 16_000, seed=1), 16_000)
    assert correlation(low_band(clip), low_band(Clip(clip.samples[1001:], 16_000))) > 0.97


def test_the_number_of_frames_in_memory_changes_nothing(monkeypatch):
    clips = [gain(sound, factor) for sound in SOUNDS.values() for factor in (1, 0.5, 0.2)]
    whole = firsts(*clips)
    monkeypatch.setattr(fingerprint_store, "BLOCK", 5)
    assert firsts(*clips) == whole == [number // 3 * 3 for number in range(len(clips))]


def test_recordings_that_are_not_selected_are_not_compared():
    clips = [SOUNDS["flute"]] * 3
    among = np.array([False, True, True])
    assert near_duplicates(store_of(clips), among, lambda place: clips[place]).tolist() == [0, 1, 1]
