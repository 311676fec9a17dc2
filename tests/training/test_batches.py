import numpy as np
import pytest

from waveloom.training.batches import Encoded, batches, encode_aside, pick

LABELS = np.array([0] * 90 + [1] * 9 + [2], np.int32)


def encoded(path, count=10, shape=(2, 3)):
    clips = np.arange(count * 6, dtype=np.float32).reshape(count, 6)
    encode_aside(path, [clips[:7], clips[7:]], lambda some: some.reshape(-1, *shape), shape)
    return Encoded(path, shape, np.arange(count) % 2), clips.reshape(count, *shape)


def test_rows_come_back_as_they_were_encoded(tmp_path):
    kept, clips = encoded(tmp_path / "clips.f32")
    np.testing.assert_array_equal(kept.read(np.array([9, 0, 4, 4])), clips[[9, 0, 4, 4]])


def test_a_broken_encoding_leaves_no_file_that_could_be_taken_for_whole(tmp_path):
    def chunks():
        yield np.zeros((2, 6), np.float32)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        encode_aside(tmp_path / "clips.f32", chunks(), lambda some: some, (6,))
    assert not (tmp_path / "clips.f32").exists()


def test_a_batch_is_a_function_of_seed_and_step():
    np.testing.assert_array_equal(pick(LABELS, 16, True, 1, 5), pick(LABELS, 16, True, 1, 5))
    assert not np.array_equal(pick(LABELS, 16, True, 1, 5), pick(LABELS, 16, True, 1, 6))
    assert not np.array_equal(pick(LABELS, 16, True, 1, 5), pick(LABELS, 16, True, 2, 5))


def test_balanced_batches_show_every_label_as_often():
    drawn = LABELS[np.concatenate([pick(LABELS, 32, True, 0, step) for step in range(200)])]
    assert np.bincount(drawn) / len(drawn) == pytest.approx([1 / 3] * 3, abs=0.02)


def test_unbalanced_batches_show_them_as_often_as_they_are():
    drawn = LABELS[np.concatenate([pick(LABELS, 32, False, 0, step) for step in range(200)])]
    assert np.bincount(drawn) / len(drawn) == pytest.approx([0.9, 0.09, 0.01], abs=0.02)


@pytest.mark.parametrize("balance", [True, False])
def test_every_clip_has_its_turn(balance):
    assert set(np.concatenate([pick(LABELS, 32, balance, 0, step) for step in range(400)])) == set(range(100))


def test_the_stream_gives_step_clips_and_their_labels_and_can_start_anywhere(tmp_path):
    kept, clips = encoded(tmp_path / "clips.f32")
    stream = batches(kept, 4, True, 3, range(2, 4), lambda rows: rows)
    late = [(int(step), real.numpy(), labels.numpy()) for step, real, labels in stream]
    assert [step for step, _, _ in late] == [2, 3]
    for step, real, labels in late:
        rows = pick(kept.labels, 4, True, 3, step)
        np.testing.assert_array_equal(real, clips[rows])
        np.testing.assert_array_equal(labels, rows % 2)
