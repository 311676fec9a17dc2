import numpy as np
import pytest

from tests.sounds import RATE, noise, tone
from waveloom.evaluation import denoising, paired
from waveloom.evaluation.denoising import probe, with_denoising
from waveloom.evaluation.evaluate import Evaluate, evaluate
from waveloom.preparation.denoise import Denoise


def test_the_probe_sees_that_the_gate_helps_a_tone_in_noise():
    clips = np.stack([tone(440), tone(1500), np.zeros(RATE, np.float32)])
    found = probe(clips, RATE, Denoise(enabled=True), seed=0)
    assert found["before"] == pytest.approx(10, abs=0.3)
    assert found["after"] > found["before"] + 5
    assert found["clean_after"] > 15
    assert probe(clips, RATE, Denoise(enabled=True), seed=0) == found


def test_the_probe_uses_the_definition_that_pairs_use():
    assert denoising.si_sdr_db is paired.si_sdr_db


def test_the_probe_sees_that_the_gate_hurts_what_is_itself_noise():
    found = probe(noise()[None], RATE, Denoise(enabled=True, over=8, quietest=1.0), seed=0)
    assert found["after"] < found["before"]


def test_metrics_tell_of_the_gate_only_when_it_is_on(corpus, conditional):
    rules = Evaluate(samples=9, clips=9, folds=3)
    result = evaluate(corpus.store, corpus.table, conditional, corpus.features, rules, corpus.scaler)
    assert with_denoising(result, Denoise()) is result
    added = with_denoising(result, Denoise(enabled=True)).metrics
    assert set(added) - set(result.metrics) == {"denoise_si_sdr_db"}
    assert set(added["denoise_si_sdr_db"]) == {"before", "after", "clean_after"}
