import numpy as np

from waveloom.models.layers.patches import (
    ENLARGED,
    CentredPatches,
    FrequencyEmbedding,
    NeighbouringPatches,
    SplitPatches,
)

CLIP = np.arange(8 * 6, dtype=np.float32).reshape(1, 8, 6)


def test_a_patch_holds_its_frames_one_after_the_other():
    patches = np.array(SplitPatches(4, 3)(CLIP))
    assert patches.shape == (1, 2, 2, 12)
    np.testing.assert_array_equal(patches[0, 1, 0], CLIP[0, 4:, :3].ravel())


def test_a_patch_is_followed_by_the_ones_before_after_below_and_above():
    patches = np.arange(9, dtype=np.float32).reshape(1, 3, 3, 1)
    neighbours = np.array(NeighbouringPatches()(patches))
    np.testing.assert_array_equal(neighbours[0, 1, 1], [4, 1, 7, 3, 5])
    np.testing.assert_array_equal(neighbours[0, 0, 0], [0, 0, 3, 0, 1])


def test_equal_patches_at_two_frequencies_differ_and_at_two_times_do_not():
    embedded = np.array(FrequencyEmbedding()(np.ones((1, 2, 3, 4), np.float32)))
    np.testing.assert_array_equal(embedded[:, 0], embedded[:, 1])
    assert not np.array_equal(embedded[:, :, 0], embedded[:, :, 1])


def test_centred_patches_hold_deviations_and_the_mean():
    centred = np.array(CentredPatches()(np.array([[[[-0.7, -0.5]]]], np.float32)))[0, 0, 0]
    np.testing.assert_allclose(centred, [-0.1 * ENLARGED, 0.1 * ENLARGED, -0.6 + 0.5], atol=1e-6)
