import numpy as np
import pytest

from waveloom.audio.clip import Clip
from waveloom.config.errors import InputError
from waveloom.ingest.corpora.soundfont import Config, recordings


def pitch_hz(clip: Clip) -> float:
    """The strongest partial, of the body of the note."""
    body = clip.samples[clip.rate // 10 : clip.rate // 2]
    spectrum = np.abs(np.fft.rfft(body * np.hanning(len(body)), 8 * len(body)))
    return float(spectrum.argmax() * clip.rate / (8 * len(body)))


def test_programs_times_pitches_times_velocities_plus_drums(tmp_path):
    config = Config(programs=(0, 40), pitches=(60, 72), velocities=(60, 100), drum_keys=(36, 38), drum_kits=(0, 25))
    found = list(recordings(config, tmp_path))
    assert len(found) == 2 * 2 * 2 + 2 * 2 * 2
    assert {r.label for r in found} == {"piano", "strings", "drums"}
    assert {r.group for r in found} == {"program-000", "program-040", "drum-36", "drum-38"}
    assert {r.licence for r in found} == {"GPL-2.0-or-later"}
    assert {r.attribution for r in found} == {"TimGM6mb by Tim Brechbill"}


def test_each_note_is_described_by_its_general_midi_name(tmp_path):
    config = Config(programs=(14, 37, 80, 96), pitches=(60,), drum_keys=(35, 56, 100))
    assert {r.name.partition("-p")[0]: r.description for r in recordings(config, tmp_path)} == {
        "chromatic_percussion/program-014": "Tubular Bells",
        "bass/program-037": "Slap Bass",
        "synth_lead/program-080": "Synth Lead square",
        "synth_effects/program-096": "Synth Effect rain",
        "drums/kit-000-key-035-velocity-100": "Acoustic Bass Drum",
        "drums/kit-000-key-056-velocity-100": "Cowbell",
        "drums/kit-000-key-100-velocity-100": "",
    }


def test_the_default_covers_every_family_and_the_kit():
    assert len(Config().drum_keys) == 47
    assert 1_500 <= 128 * len(Config().pitches) + 47 <= 2_500


@pytest.mark.parametrize("key", [69, 76, 81])
def test_a_flute_plays_the_configured_pitch(tmp_path, key):
    (note,) = recordings(Config(programs=(73,), pitches=(key,), drum_kits=()), tmp_path)
    assert note.clip is not None
    assert pitch_hz(note.clip) == pytest.approx(440 * 2 ** ((key - 69) / 12), rel=0.02)


def test_a_note_begins_immediately_has_the_configured_length_and_ends_in_silence(tmp_path):
    config = Config(programs=(0,), pitches=(48, 60, 72), drum_kits=(), hold_seconds=0.5, release_seconds=0.3)
    for note in recordings(config, tmp_path):
        assert note.clip is not None
        loudness = np.abs(note.clip.samples)
        assert note.clip.seconds == pytest.approx(0.8)
        assert np.argmax(loudness > 0.01) < 0.02 * note.clip.rate
        assert loudness[: note.clip.rate // 2].max() == pytest.approx(10 ** (-1 / 20), rel=0.01)
        assert loudness[-10:].max() < 0.01


def test_no_note_continues_into_the_next(tmp_path):
    # Program 52, a choir, has a long release: the decay of the loud first note would mask the second.
    alone = list(recordings(Config(programs=(52,), pitches=(84,), drum_kits=()), tmp_path))
    second = list(recordings(Config(programs=(52,), pitches=(60, 84), drum_kits=()), tmp_path))[1:]
    assert alone[0].clip is not None
    assert second[0].clip is not None
    spectra = [np.abs(np.fft.rfft(r.clip.samples)) for r in (alone[0], second[0]) if r.clip]
    assert np.corrcoef(*spectra)[0, 1] > 0.99


@pytest.mark.parametrize(
    ("content", "message"), [(None, "there is no such file"), (b"RIFFnothing", "cannot be played")]
)
def test_a_file_that_is_no_soundfont_is_an_error(tmp_path, content, message):
    if content is not None:
        (tmp_path / "my.sf2").write_bytes(content)
    with pytest.raises(InputError, match=message):
        list(recordings(Config(soundfont="my.sf2"), tmp_path))


def test_stereo_drums_are_panned_and_the_mean_of_both_channels_is_mono(tmp_path):
    notes = {"programs": (), "drum_keys": (36, 41, 50)}
    kick, low, high = (one.clip.samples for one in recordings(Config(**notes, stereo=True), tmp_path))
    balance = [float(10 * np.log10(np.square(s[0]).sum() / np.square(s[1]).sum())) for s in (kick, low, high)]
    assert balance == pytest.approx([0, 14.5, -14.6], abs=1)  # TimGM6mb: toms from left to right
    mono = [one.clip.samples for one in recordings(Config(**notes), tmp_path)]
    mixed = low.mean(axis=0)
    np.testing.assert_allclose(mixed / np.abs(mixed).max(), mono[1] / np.abs(mono[1]).max(), atol=1e-3)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\0\0\0\0sfbkLIST\xff\xff\xff\xffINFO", b"no font " * 100])
def test_a_soundfont_that_cannot_be_rendered_is_an_error(tmp_path, content):
    (tmp_path / "my.sf2").write_bytes(content)
    with pytest.raises(InputError, match=r"options\.soundfont is 'my\.sf2', which cannot be played"):
        list(recordings(Config(soundfont="my.sf2"), tmp_path))
