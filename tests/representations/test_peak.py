import numpy as np
import pytest

from waveloom.representations._peak import limit_peak, limit_peak_blocks

SINE = np.sin(np.arange(1000) * 0.1).astype(np.float32)


def test_a_clip_with_a_peak_above_one_is_scaled_and_others_are_unchanged():
    loud, soft, silent = limit_peak(np.stack([3 * SINE, 0.5 * SINE, 0 * SINE]))
    np.testing.assert_allclose(loud, SINE / np.abs(SINE).max(), atol=1e-6)
    np.testing.assert_array_equal(soft, 0.5 * SINE)
    np.testing.assert_array_equal(silent, 0)


@pytest.mark.parametrize("levels", [[1, 3, 1, 0.5, 8, 2, 1], [5], [0.2, 0.2], []])
def test_blocks_of_a_sound_that_is_too_loud_in_places_are_turned_down_there_without_a_leap(levels):
    blocks = [np.full(100, level, np.float32) for level in levels]
    limited = list(limit_peak_blocks(blocks))
    assert [len(block) for block in limited] == [len(block) for block in blocks]
    gains = np.concatenate([new / old for new, old in zip(limited, blocks, strict=True)] or [np.ones(1)])
    assert all(np.abs(block).max() <= 1 + 1e-6 for block in limited)
    assert np.abs(np.diff(gains)).max(initial=0) < 0.01
    unlimited = [new for new, old in zip(limited, blocks, strict=True) if old.max() <= 1]
    assert all(block.max() > 0.1 for block in unlimited)


def test_a_sound_within_full_scale_is_unchanged():
    np.testing.assert_array_equal(list(limit_peak_blocks([SINE, 0.3 * SINE])), [SINE, 0.3 * SINE])


def test_an_endless_sound_is_read_one_block_ahead():
    requested = []

    def endless():
        while True:
            requested.append(0)
            yield SINE

    limited = limit_peak_blocks(endless())
    for _ in range(3):
        next(limited)
    assert len(requested) == 4
