"""What every file of exports/ must keep; a new one is picked up by itself."""

import keras
import numpy as np
import pytest

from tests.models.pairs import build_generator
from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.generation import exports

NOISE = np.random.default_rng(0).standard_normal((3, 16), np.float32)
LABELS = np.array([0, 2, 1], np.int32)


@pytest.fixture(params=plugins.available(exports))
def chosen(request):
    return plugins.load(exports, request.param)


def made(name, shape, labels, **options):
    keras.utils.set_random_seed(3)
    return build_generator(name, shape, 16, labels, **options)


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
    network = made("dense", (64,), labels, widths=(16,))
    same(chosen, network, labels, tmp_path)


@pytest.mark.parametrize("shape", [(16, 16), (16, 16, 4)])
def test_remembered_sounds_go_into_it(chosen, shape, tmp_path):
    stored = {"sounds": 6, "neighbours": 1, "knots": (2, 2)}
    network = made("loom", shape, 3, stored=stored, refinement={"width": 8, "style": 8})
    layer = network.get_layer("stored_spectrograms")
    drawn = np.random.default_rng(1)
    layer.sounds.assign(drawn.integers(-(2**31), 2**31, layer.sounds.shape).astype(np.int32))
    layer.neighbours.assign(drawn.integers(0, 6, layer.neighbours.shape))
    layer.counts.assign([2, 1, 2])
    layer.make_exportable()
    same(chosen, network, 3, tmp_path)


def test_what_it_cannot_express_is_named_and_nothing_stays(chosen, tmp_path):
    network = made("stylegan", (16, 16), 0, widths=(4, 4), style=4)
    with pytest.raises(InputError, match=r"cannot express this generator: it has no \w+"):
        chosen.write(network, tmp_path / chosen.FILE)
    assert list(tmp_path.iterdir()) == []
