import numpy as np
import pandas as pd
import pytest

from tests.evaluation.translation.conftest import (
    DOMAINS,
    PREPARE,
    RATE,
    FakeTranslator,
    make_corpus,
    make_model,
    melody,
)
from waveloom.config.errors import InputError
from waveloom.evaluation.evaluate import Evaluate
from waveloom.evaluation.translation.evaluate import evaluate_translator
from waveloom.evaluation.translation.excerpts import Recordings, choose_recordings, load_excerpts
from waveloom.evaluation.translation.translations import plan_translations


def test_members_of_a_pair_are_one_group_of_which_each_domain_is_translated_into_every_other(paired):
    chosen = choose_recordings(paired.recordings, list(DOMAINS))
    assert chosen.split == "test"
    assert len(chosen.groups) == 3
    planned = plan_translations(chosen, list(DOMAINS), 100, 0)
    assert len(planned) == 3 * 3 * 2
    assert [translation.number for translation in planned] == list(range(18))
    assert sum(translation.cycle for translation in planned) == 9  # once for each excerpt


def test_a_choice_of_translations_has_each_direction_equally_often(paired):
    planned = plan_translations(choose_recordings(paired.recordings, list(DOMAINS)), list(DOMAINS), 12, 0)
    counts = pd.Series([(one.source, one.target) for one in planned]).value_counts()
    assert set(counts) == {2}
    assert len(counts) == 6


def test_without_a_test_split_the_validation_split_is_evaluated(paired):
    recordings = paired.recordings.assign(split=paired.recordings["split"].replace("test", "validation"))
    assert choose_recordings(recordings, list(DOMAINS)).split == "validation"


def test_without_held_out_recordings_nothing_is_evaluated(paired):
    with pytest.raises(InputError, match=r"raise ingest\.test"):
        choose_recordings(paired.recordings[paired.recordings["split"] == "train"], list(DOMAINS))


def test_excerpts_of_a_group_are_at_the_same_time_and_equally_long(paired):
    chosen = choose_recordings(paired.recordings, list(DOMAINS))
    excerpts = dict(load_excerpts(chosen.groups[0], PREPARE, RATE, paired.project))
    assert set(excerpts) == set(DOMAINS)
    assert len({len(some[0].sound.samples) for some in excerpts.values()}) == 1
    assert {some[0].piece for some in excerpts.values()} == {"piece-100"}


def test_an_excerpt_of_a_long_recording_is_its_middle(paired, monkeypatch):
    row = paired.recordings.iloc[-1].to_dict()
    monkeypatch.setattr("waveloom.evaluation.translation.excerpts.MAX_SECONDS", 1.0)
    excerpt = dict(load_excerpts({"square": [row]}, PREPARE, RATE, paired.project))["square"][0]
    start = round((row["seconds"] - 1) / 2 * RATE)
    assert len(excerpt.sound.samples) == RATE
    assert np.array_equal(excerpt.clip.samples, melody("square", 102)[start : start + RATE])


def test_a_second_program_of_a_domain_is_the_other_target(tmp_path):
    corpus = make_corpus(tmp_path, programs=2, test=2)
    identity = FakeTranslator(lambda samples, _: samples)
    metrics = evaluate_translator(identity, None, make_model(), corpus, Evaluate()).metrics
    # Programs differ by a gain here, which the distance to the truth leaves out.
    assert metrics["log_spectral_distance_db"]["truth"]["other_program"] == pytest.approx(0, abs=0.05)
    assert metrics["sets"]["translations"] == 2 * 3 * 2


def test_without_pairs_content_and_style_are_measured_and_the_truth_is_not(tmp_path):
    corpus = make_corpus(tmp_path, paired=False, test=2)
    identity = FakeTranslator(lambda samples, _: samples)
    metrics = evaluate_translator(identity, None, make_model(), corpus, Evaluate()).metrics
    assert metrics["log_spectral_distance_db"]["truth"]["translated"].startswith(
        "not measured: no recording has its truth"
    )
    assert metrics["onset_f1"]["source"]["translated"] == 1
    assert metrics["style_accuracy"]["mfcc"]["target"] > 0.9 > metrics["style_accuracy"]["mfcc"]["translated"]
    assert metrics["kernel_distance"]["mfcc"]["target"] == 0
    assert metrics["sets"]["with_truth"] == 0


def test_recordings_of_one_domain_cannot_be_translated(paired):
    only = {"saw": Recordings([{"saw": []}], "test")}
    assert plan_translations(only["saw"], ["saw"], 10, 0) == []


def test_clips_without_domains_are_refused(paired, monkeypatch):
    monkeypatch.setattr(paired.store, "index", paired.store.index.drop(columns="domain"))
    with pytest.raises(InputError, match="name no domain"):
        evaluate_translator(FakeTranslator(lambda samples, _: samples), None, make_model(), paired, Evaluate())


def test_a_translator_of_other_domains_is_refused(paired):
    translator = FakeTranslator(lambda samples, _: samples)
    translator.domains = ["saw", "harp"]
    with pytest.raises(InputError, match="'harp', of which there are no training clips"):
        evaluate_translator(translator, None, make_model(), paired, Evaluate())


def test_a_translator_that_gives_silence_is_measured(tmp_path, paired):
    silent = FakeTranslator(lambda samples, _: 0 * samples)
    metrics = evaluate_translator(silent, None, make_model(), paired, Evaluate(samples=6)).metrics
    assert metrics["onset_f1"]["source"]["translated"] == 0
    assert metrics["chroma_cosine"]["source"]["translated"] == 0
