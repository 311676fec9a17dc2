"""The contract of every file in exports/; a new one is tested without an edit."""

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


def build(name, shape, labels, **options):
    keras.utils.set_random_seed(3)
    return build_generator(name, shape, 16, labels, **options)


def same(chosen, network, labels, folder):
    file = folder / chosen.FILE
    chosen.write(network, file)
    call = chosen.load(file)
    for row in range(3):
        noise, label = NOISE[row : row + 1], LABELS[row : row + 1]
        expected = np.asarray(network([noise, label] if labels else noise, training=False))
        np.testing.assert_allclose(call(noise=noise, label=label), expected, atol=1e-5)


@pytest.mark.parametrize("labels", [0, 3])
def test_the_written_file_gives_the_outputs_of_the_network_with_and_without_labels(chosen, labels, tmp_path):
    network = build("dense", (64,), labels, widths=(16,))
    same(chosen, network, labels, tmp_path)


@pytest.mark.parametrize("shape", [(16, 16), (16, 16, 4)])
def test_stored_spectrograms_go_into_it(chosen, shape, tmp_path):
    stored = {"sounds": 6, "neighbours": 1, "knots": (2, 2)}
    network = build("loom", shape, 3, stored=stored, refinement={"width": 8, "style": 8})
    layer = network.get_layer("stored_spectrograms")
    drawn = np.random.default_rng(1)
    layer.sounds.assign(drawn.integers(-(2**31), 2**31, layer.sounds.shape).astype(np.int32))
    layer.neighbours.assign(drawn.integers(0, 6, layer.neighbours.shape))
    layer.counts.assign([2, 1, 2])
    layer.make_exportable()
    same(chosen, network, 3, tmp_path)


def test_operations_it_lacks_are_named_and_no_file_is_left(chosen, tmp_path):
    network = build("stylegan", (16, 16), 0, widths=(4, 4), style=4)
    with pytest.raises(InputError, match=r"cannot express this generator: it has no \w+"):
        chosen.write(network, tmp_path / chosen.FILE)
    assert list(tmp_path.iterdir()) == []
