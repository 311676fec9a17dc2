from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.training import small, small_translation
from waveloom.features import Features
from waveloom.features.scaling import fit
from waveloom.features.table import feature_table
from waveloom.training.content import content, similarity
from waveloom.training.few_clips import omissions
from waveloom.training.task import create_task
from waveloom.training.translation_validation import create_translation_validation, log_spectral_distance

RATE = 8000
FEATURES = Features(n_mfcc=8, n_mels=24, n_fft=512, hop=128, delta_width=3, groups=("mfcc", "spectral"))
CONFIG = replace(small.CONFIG, validation_clips=12)


@pytest.fixture
def store(tmp_path, monkeypatch):
    small_translation.add_plugins(monkeypatch)
    return small_translation.store(tmp_path / "clips", RATE, 4096)


def table(store):
    return pd.concat(feature_table(store.lazy_chunks(), RATE, FEATURES), ignore_index=True)


def scaler(store):
    features = table(store)
    return fit(features[features["split"] == "train"])


def validation(store, game="unpaired", decides=False):
    spectrogram = {"options": {"representations": {"spectrogram": {"n_fft": 256, "hop": 64}}}}
    task = create_task(store, table(store), small_translation.recipe(game, **spectrogram), CONFIG)
    return create_translation_validation(task, CONFIG, FEATURES, scaler(store), decides)


def measure(validation, translate):
    """Measure a translator that is a function of the rows, in order."""
    start = 0

    def generate(sources, targets):
        nonlocal start
        start += len(sources)
        return translate(sources, np.arange(start - len(sources), start))

    return validation.measure(generate)


def do_nothing(sources, rows):
    return sources


def test_every_source_has_a_target_in_another_domain_and_its_truth_is_the_same_piece(store):
    pairs = validation(store).pairs
    index = store.index
    assert len(pairs.sources) == 12
    for source, target, truth in zip(pairs.sources, pairs.targets, pairs.truths, strict=True):
        assert index["split"].iloc[source] == "validation"
        assert index["domain"].iloc[truth] == ["plain", "rich"][target] != index["domain"].iloc[source]
        assert index["pair"].iloc[source] == index["pair"].iloc[truth]


def test_doing_nothing_has_the_style_of_the_source_and_all_of_its_content_and_is_noticed(store):
    measured = measure(validation(store), do_nothing)
    assert measured.parts["validation_content"] == pytest.approx(0, abs=0.12)  # decoded from magnitudes alone
    assert measured.parts["validation_truth"] == pytest.approx(1)
    assert measured.distance == measured.parts["validation_style"] + measured.parts["validation_content"]
    assert "unchanged" in measured.failures


def test_the_truth_is_nearer_in_style_keeps_content_and_has_no_distance_to_itself(store):
    held = validation(store)
    nothing = measure(held, do_nothing)
    measured = measure(held, lambda sources, rows: held.truths[rows])
    assert measured.parts["validation_truth"] == 0
    assert measured.parts["validation_style"] < 0.5 * nothing.parts["validation_style"]
    assert measured.parts["validation_content"] < 0.6
    assert measured.distance < nothing.distance
    assert not {"unchanged", "content_lost"} & set(measured.failures)


def test_other_pieces_of_the_target_domain_have_lost_the_content(store):
    held = validation(store)
    measured = measure(held, lambda sources, rows: np.roll(held.truths, 4, axis=0)[rows])
    assert measured.parts["validation_content"] > 0.6
    silent = measure(held, lambda sources, rows: np.full_like(sources, -1))
    assert {"content_lost", "silence"} <= set(silent.failures)


def test_in_a_paired_game_the_truth_decides_where_there_is_one(store):
    held = validation(store, "paired", decides=True)
    assert measure(held, do_nothing).distance == pytest.approx(1)
    store.index.loc[store.index["split"] == "validation", "pair"] = ""
    without = measure(validation(store, "paired", decides=True), do_nothing)
    assert np.isnan(without.parts["validation_truth"])
    assert without.distance == without.parts["validation_style"] + without.parts["validation_content"]


def test_without_two_validation_clips_of_a_domain_there_is_no_validation_and_a_reason(store):
    store.index.loc[store.index["split"] == "validation", "split"] = "train"
    task = create_task(store, table(store), small_translation.recipe("unpaired"), CONFIG)
    assert "can be translated" in omissions(task, CONFIG, scaler(store))["validation"]


def test_a_level_difference_of_one_everywhere_is_a_distance_of_one():
    zeros = np.zeros((2, 3, 4))
    np.testing.assert_allclose(log_spectral_distance(zeros, zeros + 1), [1, 1])


def tones(hertz, onset=0):
    time = np.arange(4000) / 4000
    clips = np.array([0.5 * np.sin(2 * np.pi * one * time) for one in hertz], np.float32)
    clips[:, :onset] = 0
    return content(clips, 4000, small.FEATURES)


def test_equal_sounds_have_the_same_content_at_any_level():
    assert similarity(tones([440]), tones([440])) == pytest.approx([1])
    silence = content(np.zeros((1, 4000), np.float32), 4000, small.FEATURES)
    assert similarity(silence, silence) == pytest.approx([1])


def test_another_octave_has_nearly_the_same_notes_and_another_note_has_not():
    a, b, c = (tones([hertz], onset=1000) for hertz in (440, 880, 622))
    assert similarity(a, b)[0] > similarity(a, c)[0] + 0.2


def test_another_onset_is_another_content():
    early, late = tones([440], onset=1000), tones([440], onset=2500)
    assert similarity(early, late)[0] < similarity(early, early)[0] - 0.3
