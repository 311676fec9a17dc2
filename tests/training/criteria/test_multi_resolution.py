import numpy as np
import pytest
import tensorflow as tf

from waveloom.training.criteria import multi_resolution


def test_differences_that_cancel_within_the_steps_do_not_count():
    alternating = tf.constant(np.tile([1.0, -1.0], (1, 8, 8))[:, :8], tf.float32)  # (1, 8, 16), along frequency
    assert float(multi_resolution.loss(alternating, tf.zeros_like(alternating))) == pytest.approx(0.5)  # by time alone


def test_a_constant_difference_counts_as_in_l1():
    zeros = tf.zeros((2, 9, 17))
    assert float(multi_resolution.loss(zeros, zeros + 0.25)) == pytest.approx(0.25)


def test_waveforms_are_averaged_over_time_alone():
    wave = tf.constant([[1.0, -1.0, 1.0, -1.0, 2.0, 2.0, 2.0, 2.0]])
    assert float(multi_resolution.loss(wave, tf.zeros_like(wave))) == pytest.approx(1.0)
