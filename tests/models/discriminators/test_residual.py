import keras
import numpy as np

from tests.models.pairs import build_discriminator, weights_of

SHAPE, SMALL = (32, 16), {"width": 8, "style": 8}


def test_one_block_more_keeps_the_names_of_the_others_so_their_weights_can_be_loaded():
    keras.utils.set_random_seed(1)
    smaller, larger = (build_discriminator("residual", SHAPE, 3, halvings=halvings, **SMALL) for halvings in (2, 3))
    start, names = weights_of(smaller), weights_of(larger).keys()
    assert start.keys() < names
    assert {name.split("/")[0] for name in names - start.keys()} == {"block_3_conv_1", "block_3_conv_2"}
    inputs = np.random.default_rng(0).standard_normal((4, 8, 8)).astype(np.float32)
    for level in range(3):
        for number in (1, 2):
            layers = [network.get_layer(f"block_{level}_conv_{number}") for network in (smaller, larger)]
            layers[1].set_weights(layers[0].get_weights())
            np.testing.assert_array_equal(layers[0](inputs), layers[1](inputs))
