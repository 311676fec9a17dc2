import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from tests.classification.conftest import CONFIG, PREPROCESSING, RATE, make_corpus, sound
from waveloom.classification.classifier import card
from waveloom.classification.predict import classify_files, table
from waveloom.classification.train import train_classifier
from waveloom.config.errors import InputError
from waveloom.models.model import Model


def predict(trained, folder, samples, name="new.wav", rate=RATE):
    soundfile.write(folder / name, samples, rate)
    return next(classify_files(trained.model, [folder / name]))


@pytest.mark.parametrize("label", ["low", "high", "rich"])
def test_a_new_recording_of_a_learned_label_is_classified(trained, tmp_path, label):
    prediction = predict(trained, tmp_path, sound(label, 1000))
    assert (prediction.label, prediction.like) == (label, True)
    assert prediction.confidence > 0.6
    assert label in prediction.sentence


@pytest.mark.parametrize("label", ["low", "high", "rich"])
def test_sample_rate_and_gain_do_not_change_the_label(trained, tmp_path, label):
    import soxr

    soft = predict(trained, tmp_path, 0.1 * soxr.resample(sound(label, 1000), RATE, 44100), "soft.wav", 44100)
    assert soft.label == label


def test_gain_changes_the_distance_by_rounding_only(trained, tmp_path):
    loud = predict(trained, tmp_path, sound("rich", 1000), "loud.wav")
    soft = predict(trained, tmp_path, 0.25 * sound("rich", 1000), "soft.wav")
    assert soft.distance == pytest.approx(loud.distance, rel=0.1)


@pytest.mark.parametrize(
    "samples",
    [
        np.random.default_rng(0).uniform(-0.5, 0.5, RATE).astype(np.float32),
        np.sign(np.sin(2 * np.pi * 3000 * np.arange(RATE) / RATE)).astype(np.float32),
        np.tile(np.r_[np.float32(0.9), np.zeros(99, np.float32)], 80),
    ],
    ids=["noise", "square", "clicks"],
)
def test_noise_and_other_unfamiliar_sounds_are_outliers(trained, tmp_path, samples):
    prediction = predict(trained, tmp_path, samples)
    assert not prediction.like
    assert "unlike anything it was trained on" in prediction.sentence


def test_silence_is_an_outlier_and_not_an_error(trained, tmp_path):
    prediction = predict(trained, tmp_path, np.zeros(RATE, np.float32))
    assert (prediction.like, prediction.is_readable, prediction.label) == (False, True, "")
    assert "unlike" in prediction.sentence
    assert json.loads(json.dumps(prediction.record))["distance"] is None


def test_most_test_recordings_are_no_outliers(trained):
    assert trained.metrics["like"]["test"] > 0.9


def test_an_unreadable_file_has_a_reason_and_does_not_stop_the_others(trained, tmp_path):
    (tmp_path / "text.wav").write_text("not a sound")
    soundfile.write(tmp_path / "good.wav", sound("low", 1000), RATE)
    files = [tmp_path / "text.wav", tmp_path / "missing.wav", tmp_path / "good.wav"]
    bad, missing, good = classify_files(trained.model, files)
    assert (bad.is_readable, missing.is_readable, good.label) == (False, False, "low")
    assert "cannot be used (unreadable" in bad.sentence
    assert table([bad, good])["file"].tolist() == [str(files[0]), str(files[2])]


def recording(label: str, seconds: int) -> np.ndarray:
    """One sound every three seconds, in silence."""
    parts = [np.r_[sound(label, 1000 + number), np.zeros(2 * RATE + RATE // 2)] for number in range(seconds // 3)]
    return np.concatenate(parts).astype(np.float32)


def test_a_recording_longer_than_ingest_accepts_is_classified_minute_by_minute(trained, tmp_path):
    long = np.tile(recording("high", 60), 11)
    prediction = predict(trained, tmp_path, long, "long.flac")
    assert (prediction.label, prediction.like, prediction.reason) == ("high", True, "")


def test_minutes_that_are_silent_relative_to_the_loudest_are_ignored(trained, tmp_path):
    hiss = 2.1e-4 * np.random.default_rng(0).standard_normal(11 * 60 * RATE).astype(np.float32)
    hiss[5 * 60 * RATE : 6 * 60 * RATE] = recording("low", 60)
    minute = predict(trained, tmp_path, hiss[5 * 60 * RATE : 6 * 60 * RATE], "minute.flac")
    prediction = predict(trained, tmp_path, hiss, "long.flac")
    assert (prediction.label, prediction.confidence) == ("low", pytest.approx(minute.confidence))
    silent = predict(trained, tmp_path, np.zeros(11 * 60 * RATE, np.float32), "silent.flac")
    assert (silent.reason, silent.is_readable) == ("silent", True)


def test_files_are_accepted_down_to_the_level_of_the_training_data(corpus, trained, tmp_path):
    faint = 4e-4 * sound("low", 1000) / np.abs(sound("low", 1000)).max()
    soundfile.write(tmp_path / "faint.wav", faint, RATE, "FLOAT")
    assert next(classify_files(trained.model, [tmp_path / "faint.wav"])).reason == "silent"
    quieter = train_classifier(corpus.store, corpus.table, replace(PREPROCESSING, silence_db=-80.0), CONFIG)
    assert quieter.model.spec["silence_db"] == -80
    prediction = next(classify_files(quieter.model, [tmp_path / "faint.wav"]))
    assert (prediction.label, prediction.reason) == ("low", "")


def test_a_classifier_without_a_stored_floor_adds_no_masking_noise(trained, tmp_path):
    features = {key: value for key, value in trained.model.spec["features"].items() if key != "floor_db"}
    file = tmp_path / "new.wav"
    soundfile.write(file, sound("low", 900), RATE)
    predictions = [
        next(classify_files(replace(trained.model, spec={**trained.model.spec, "features": one}), [file]))
        for one in (features, {**features, "floor_db": None})
    ]
    assert predictions[0] == predictions[1]


def test_a_generator_is_no_classifier():
    with pytest.raises(InputError, match="no classifier"):
        next(classify_files(Model({}, {}), []))


def test_with_one_label_outliers_are_still_detected(tmp_path):
    corpus = make_corpus(tmp_path / "corpus", labels=("low",), each=24)
    one = train_classifier(corpus.store, corpus.table, PREPROCESSING, CONFIG)
    assert one.metrics["chosen"].startswith("not measured")
    assert predict(one, tmp_path, sound("low", 1000)).like
    assert not predict(one, tmp_path, np.random.default_rng(0).uniform(-0.5, 0.5, RATE)).like


def test_trained_on_too_few_recordings_it_classifies_sounds_and_reports_no_outliers(tmp_path):
    corpus = make_corpus(tmp_path / "corpus", each=1)
    few = train_classifier(corpus.store, corpus.table, PREPROCESSING, CONFIG)
    assert few.model.spec["reach"] is None
    prediction = predict(few, tmp_path, sound("low", 1000))
    assert (prediction.label, prediction.like, prediction.reason) == ("low", True, "")
    assert prediction.record["distance"] is None
    assert "no sound is called unlike" in card(few.model)
