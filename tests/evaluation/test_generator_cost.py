from dataclasses import replace

import keras
import pytest

from tests.models.generators.test_contract import build
from tests.models.pairs import is_translator
from waveloom.config import plugins
from waveloom.evaluation.generator_cost import generator_cost, operations
from waveloom.models import generators


def test_layers_worked_out_by_hand():
    inputs = keras.Input((10,))
    x = keras.layers.Dense(24, use_bias=False)(inputs)  # 10 x 24
    x = keras.layers.Reshape((6, 4))(x)
    x = keras.layers.Conv1DTranspose(5, 3, strides=2, padding="same", use_bias=False)(x)  # 6 in, 3 x 4 x 5 each
    x = keras.layers.Conv1D(7, 2, padding="valid", use_bias=False)(x)  # 11 out, 2 x 5 x 7 each
    multiply_adds = 240 + 360 + 770
    assert 2 * multiply_adds <= operations(keras.Model(inputs, x)) <= 2.1 * multiply_adds


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        (name, labels)
        for name in plugins.available(generators)
        for labels in (0, 3)
        if labels or not is_translator(name)
    ],
)
def test_every_network_has_more_operations_than_weights_in_kernels(name, labels):
    generator = build(name, labels)
    kernels = sum(layer.count_params() for layer in generator.layers if hasattr(layer, "kernel"))
    assert operations(generator) > kernels


def test_weights_are_counted_and_training_clips_if_recorded(unconditional):
    sizes = [weight.size for weight in unconditional.weights.values()]
    cost = generator_cost(unconditional)
    assert cost["parameters"] == sum(sizes)
    assert cost["weight_bytes"] == 4 * sum(sizes)
    assert "clips_shown" not in cost
    recorded = replace(unconditional, spec={**unconditional.spec, "training": {"clips_shown": 96}})
    assert generator_cost(recorded)["clips_shown"] == 96
