import numpy as np
import pytest

from tests.sounds import RATE, noise, tone
from waveloom.evaluation import denoising, paired_metrics
from waveloom.evaluation.denoising import measure_gate, with_denoising
from waveloom.evaluation.evaluate import Evaluate, evaluate
from waveloom.preparation.denoise import Denoise


def test_the_gate_improves_a_tone_in_noise():
    clips = np.stack([tone(440), tone(1500), np.zeros(RATE, np.float32)])
    found = measure_gate(clips, RATE, Denoise(enabled=True), seed=0)
    assert found["before"] == pytest.approx(10, abs=0.3)
    assert found["after"] > found["before"] + 5
    assert found["clean_after"] > 15
    assert measure_gate(clips, RATE, Denoise(enabled=True), seed=0) == found


def test_si_sdr_is_that_of_the_paired_metrics():
    assert denoising.si_sdr_db is paired_metrics.si_sdr_db


def test_the_gate_degrades_a_sound_that_is_noise():
    found = measure_gate(noise()[None], RATE, Denoise(enabled=True, over=8, quietest=1.0), seed=0)
    assert found["after"] < found["before"]


def test_the_gate_is_measured_only_if_it_is_on(corpus, conditional):
    config = Evaluate(samples=9, clips=9, folds=3)
    result = evaluate(corpus.store, corpus.table, conditional, corpus.features, config, corpus.scaler)
    assert with_denoising(result, Denoise()) is result
    added = with_denoising(result, Denoise(enabled=True)).metrics
    assert set(added) - set(result.metrics) == {"denoise_si_sdr_db"}
    assert set(added["denoise_si_sdr_db"]) == {"before", "after", "clean_after"}
