"""What every file of exports/ must keep; a new one is picked up by itself."""

import keras
import numpy as np
import pytest

from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.generation import exports
from waveloom.models.generators import dense, loom, stylegan
from waveloom.models.generators.residual import Config as Convolutions
from waveloom.models.layers.stored_spectrograms import Config as Remembered

NOISE = np.random.default_rng(0).standard_normal((3, 16), np.float32)
LABELS = np.array([0, 2, 1], np.int32)


@pytest.fixture(params=plugins.available(exports))
def chosen(request):
    return plugins.load(exports, request.param)


def made(networks, config, shape, labels):
    keras.utils.set_random_seed(3)
    return networks.build(config, shape, 16, labels).generator


def same(chosen, network, labels, folder):
    file = folder / chosen.FILE
    chosen.write(network, file)
    call = chosen.opened(file)
    for row in range(3):
        noise, label = NOISE[row : row + 1], LABELS[row : row + 1]
        wanted = np.asarray(network([noise, label] if labels else noise, training=False))
        np.testing.assert_allclose(call(noise, label), wanted, atol=1e-5)


@pytest.mark.parametrize("labels", [0, 3])
def test_what_was_written_makes_the_same_sounds_and_takes_a_label_where_it_needs_one(chosen, labels, tmp_path):
    network = made(dense, dense.Config(generator_widths=(16,), discriminator_widths=(4,)), (64,), labels)
    same(chosen, network, labels, tmp_path)


@pytest.mark.parametrize("shape", [(16, 16), (16, 16, 4)])
def test_remembered_sounds_go_into_it(chosen, shape, tmp_path):
    remembered = Remembered(sounds=6, neighbours=1, knots=(2, 2))
    network = made(loom, loom.Config(remembered, Convolutions(width=8, style=8)), shape, 3)
    memory = network.get_layer("memory")
    drawn = np.random.default_rng(1)
    memory.sounds.assign(drawn.integers(-(2**31), 2**31, memory.sounds.shape).astype(np.int32))
    memory.near.assign(drawn.integers(0, 6, memory.near.shape))
    memory.counts.assign([2, 1, 2])
    memory.unpack()
    same(chosen, network, 3, tmp_path)


def test_what_it_cannot_express_is_named_and_nothing_stays(chosen, tmp_path):
    network = made(stylegan, stylegan.Config(widths=(4, 4), style=4), (16, 16), 0)
    with pytest.raises(InputError, match=r"cannot express this generator: it has no \w+"):
        chosen.write(network, tmp_path / chosen.FILE)
    assert list(tmp_path.iterdir()) == []
