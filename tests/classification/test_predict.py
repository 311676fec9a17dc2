import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from tests.classification.conftest import FEATURES, PREPARE, RATE, RULES, make_corpus, sound
from waveloom.classification.classifier import card
from waveloom.classification.predict import listen, table
from waveloom.classification.train import train_classifier
from waveloom.config.errors import InputError
from waveloom.models.model import Model


def answer(trained, folder, samples, name="new.wav", rate=RATE):
    soundfile.write(folder / name, samples, rate)
    return next(listen(trained.model, [folder / name]))


@pytest.mark.parametrize("label", ["low", "high", "rich"])
def test_a_new_recording_of_a_known_kind_is_named(trained, tmp_path, label):
    said = answer(trained, tmp_path, sound(label, 1000))
    assert (said.label, said.like) == (label, True)
    assert said.confidence > 0.6
    assert label in said.sentence


@pytest.mark.parametrize("label", ["low", "high", "rich"])
def test_its_rate_and_loudness_do_not_change_the_name(trained, tmp_path, label):
    import soxr

    soft = answer(trained, tmp_path, 0.1 * soxr.resample(sound(label, 1000), RATE, 44100), "soft.wav", 44100)
    assert soft.label == label


def test_loudness_alone_changes_nothing_but_rounding(trained, tmp_path):
    loud = answer(trained, tmp_path, sound("rich", 1000), "loud.wav")
    soft = answer(trained, tmp_path, 0.25 * sound("rich", 1000), "soft.wav")
    assert soft.distance == pytest.approx(loud.distance, rel=0.1)


@pytest.mark.parametrize(
    "strange",
    [
        np.random.default_rng(0).uniform(-0.5, 0.5, RATE).astype(np.float32),
        np.sign(np.sin(2 * np.pi * 3000 * np.arange(RATE) / RATE)).astype(np.float32),
        np.tile(np.r_[np.float32(0.9), np.zeros(99, np.float32)], 80),
    ],
    ids=["noise", "square", "clicks"],
)
def test_noise_and_other_strangers_are_unlike_what_was_learned(trained, tmp_path, strange):
    said = answer(trained, tmp_path, strange)
    assert not said.like
    assert "unlike anything it was trained on" in said.sentence


def test_silence_is_unlike_and_no_failure(trained, tmp_path):
    said = answer(trained, tmp_path, np.zeros(RATE, np.float32))
    assert (said.like, said.heard, said.label) == (False, True, "")
    assert "unlike" in said.sentence
    assert json.loads(json.dumps(said.record))["distance"] is None


def test_held_out_recordings_are_mostly_like(trained):
    assert trained.metrics["like"]["test"] > 0.9


def test_a_file_that_is_no_sound_has_its_reason_and_stops_no_other(trained, tmp_path):
    (tmp_path / "text.wav").write_text("not a sound")
    soundfile.write(tmp_path / "good.wav", sound("low", 1000), RATE)
    files = [tmp_path / "text.wav", tmp_path / "missing.wav", tmp_path / "good.wav"]
    bad, missing, good = listen(trained.model, files)
    assert (bad.heard, missing.heard, good.label) == (False, False, "low")
    assert "cannot be used (unreadable" in bad.sentence
    assert table([bad, good])["file"].tolist() == [str(files[0]), str(files[2])]


def recording(label: str, seconds: int) -> np.ndarray:
    """One sound every three seconds, in silence."""
    parts = [np.r_[sound(label, 1000 + number), np.zeros(2 * RATE + RATE // 2)] for number in range(seconds // 3)]
    return np.concatenate(parts).astype(np.float32)


def test_a_recording_longer_than_ingest_takes_is_judged_minute_by_minute(trained, tmp_path):
    long = np.tile(recording("high", 60), 11)
    said = answer(trained, tmp_path, long, "long.flac")
    assert (said.label, said.like, said.reason) == ("high", True, "")


def test_minutes_that_are_silence_relative_to_the_loudest_are_ignored(trained, tmp_path):
    hiss = 2.1e-4 * np.random.default_rng(0).standard_normal(11 * 60 * RATE).astype(np.float32)
    hiss[5 * 60 * RATE : 6 * 60 * RATE] = recording("low", 60)
    alone = answer(trained, tmp_path, hiss[5 * 60 * RATE : 6 * 60 * RATE], "minute.flac")
    said = answer(trained, tmp_path, hiss, "long.flac")
    assert (said.label, said.confidence) == ("low", pytest.approx(alone.confidence))
    silent = answer(trained, tmp_path, np.zeros(11 * 60 * RATE, np.float32), "silent.flac")
    assert (silent.reason, silent.heard) == ("silent", True)


def test_what_was_loud_enough_to_learn_from_is_loud_enough_to_be_named(corpus, trained, tmp_path):
    faint = 4e-4 * sound("low", 1000) / np.abs(sound("low", 1000)).max()
    soundfile.write(tmp_path / "faint.wav", faint, RATE, "FLOAT")
    assert next(listen(trained.model, [tmp_path / "faint.wav"])).reason == "silent"
    quieter = train_classifier(corpus.store, corpus.table, PREPARE, FEATURES, RULES, silence_db=-80.0)
    assert quieter.model.spec["silence_db"] == -80
    said = next(listen(quieter.model, [tmp_path / "faint.wav"]))
    assert (said.label, said.reason) == ("low", "")


def test_a_classifier_of_before_the_floor_measures_files_as_they_are(trained, tmp_path):
    features = {key: value for key, value in trained.model.spec["features"].items() if key != "floor_db"}
    file = tmp_path / "new.wav"
    soundfile.write(file, sound("low", 900), RATE)
    answers = [
        next(listen(replace(trained.model, spec={**trained.model.spec, "features": said}), [file]))
        for said in (features, {**features, "floor_db": None})
    ]
    assert answers[0] == answers[1]


def test_a_generator_is_no_classifier():
    with pytest.raises(InputError, match="no classifier"):
        next(listen(Model({}, {}), []))


def test_of_one_label_it_still_tells_like_from_unlike(tmp_path):
    corpus = make_corpus(tmp_path / "corpus", labels=("low",), each=24)
    one = train_classifier(corpus.store, corpus.table, PREPARE, FEATURES, RULES)
    assert one.metrics["chosen"].startswith("not measured")
    assert answer(one, tmp_path, sound("low", 1000)).like
    assert not answer(one, tmp_path, np.random.default_rng(0).uniform(-0.5, 0.5, RATE)).like


def test_trained_on_too_few_recordings_it_names_sounds_and_calls_none_of_them_unlike(tmp_path):
    corpus = make_corpus(tmp_path / "corpus", each=1)
    few = train_classifier(corpus.store, corpus.table, PREPARE, FEATURES, RULES)
    assert few.model.spec["reach"] is None
    said = answer(few, tmp_path, sound("low", 1000))
    assert (said.label, said.like, said.reason) == ("low", True, "")
    assert said.record["distance"] is None
    assert "no sound is called unlike" in card(few.model)
