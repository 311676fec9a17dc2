from dataclasses import replace

import keras
import pytest

from tests.networks.test_contract import NOISE, build
from waveloom import networks, plugins
from waveloom.evaluation.expense import expense, multiply_adds


def test_layers_worked_out_by_hand():
    inputs = keras.Input((10,))
    x = keras.layers.Dense(24)(inputs)  # 10 x 24
    x = keras.layers.Reshape((6, 4))(x)
    x = keras.layers.Conv1DTranspose(5, 3, strides=2, padding="same")(x)  # 6 places in, 3 x 4 x 5 each
    x = keras.layers.Conv1D(7, 2, padding="valid")(x)  # 11 places out, 2 x 5 x 7 each
    x = keras.layers.Dense(2)(keras.layers.BatchNormalization()(x))  # 11 places, 7 x 2 each
    assert multiply_adds(keras.Model(inputs, x)) == 240 + 360 + 770 + 154


@pytest.mark.parametrize("name", plugins.available(networks))
def test_of_every_network_tensorflow_itself_counts_hardly_more(name):
    generator = build(name, 0).generator
    counted = multiply_adds(generator)
    assert counted <= operations(generator, (1, NOISE)) / 2 <= 1.1 * counted


def operations(network, shape) -> int:
    """Floating-point operations of one call, a multiply-add being two, by TensorFlow's profiler."""
    import tensorflow as tf

    graph = tf.function(network).get_concrete_function(tf.TensorSpec(shape)).graph
    builder = tf.compat.v1.profiler.ProfileOptionBuilder
    options = builder(builder.float_operation()).with_empty_output().build()
    return tf.compat.v1.profiler.profile(graph, options=options).total_float_ops


def test_weights_are_counted_and_training_where_it_is_known(unconditional):
    sizes = [weight.size for weight in unconditional.weights.values()]
    counted = expense(unconditional)
    assert counted["parameters"] == sum(sizes)
    assert counted["weight_bytes"] == 4 * sum(sizes)
    assert "clips_shown" not in counted
    told = replace(unconditional, spec={**unconditional.spec, "training": {"clips_shown": 96}})
    assert expense(told)["clips_shown"] == 96
