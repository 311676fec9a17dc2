import numpy as np
import pytest

from waveloom.training.batches import EncodedClips, Sampling, batches, draw_rows, write_encoded

LABELS = np.array([0] * 90 + [1] * 9 + [2], np.int32)


def encoded(path, count=10, shape=(2, 3)):
    clips = np.arange(count * 6, dtype=np.float32).reshape(count, 6)
    write_encoded(path, [clips[:7], clips[7:]], lambda some: some.reshape(-1, *shape), shape)
    return EncodedClips(path, shape, np.arange(count) % 2), clips.reshape(count, *shape)


def test_rows_come_back_as_they_were_encoded(tmp_path):
    encoded_clips, clips = encoded(tmp_path / "clips.f32")
    np.testing.assert_array_equal(encoded_clips.read(np.array([9, 0, 4, 4])), clips[[9, 0, 4, 4]])


def test_an_interrupted_encoding_leaves_no_file(tmp_path):
    def chunks():
        yield np.zeros((2, 6), np.float32)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_encoded(tmp_path / "clips.f32", chunks(), lambda some: some, (6,))
    assert not (tmp_path / "clips.f32").exists()


def test_a_batch_depends_on_seed_and_step_alone():
    np.testing.assert_array_equal(
        draw_rows(LABELS, Sampling(16, True, 1), 5), draw_rows(LABELS, Sampling(16, True, 1), 5)
    )
    assert not np.array_equal(draw_rows(LABELS, Sampling(16, True, 1), 5), draw_rows(LABELS, Sampling(16, True, 1), 6))
    assert not np.array_equal(draw_rows(LABELS, Sampling(16, True, 1), 5), draw_rows(LABELS, Sampling(16, True, 2), 5))


def test_balanced_batches_have_every_label_equally_often():
    drawn = LABELS[np.concatenate([draw_rows(LABELS, Sampling(32, True, 0), step) for step in range(200)])]
    assert np.bincount(drawn) / len(drawn) == pytest.approx([1 / 3] * 3, abs=0.02)


def test_unbalanced_batches_have_labels_as_often_as_the_data():
    drawn = LABELS[np.concatenate([draw_rows(LABELS, Sampling(32, False, 0), step) for step in range(200)])]
    assert np.bincount(drawn) / len(drawn) == pytest.approx([0.9, 0.09, 0.01], abs=0.02)


@pytest.mark.parametrize("balance", [True, False])
def test_every_clip_is_drawn(balance):
    assert set(np.concatenate([draw_rows(LABELS, Sampling(32, balance, 0), step) for step in range(400)])) == set(
        range(100)
    )


def test_the_stream_has_step_clips_and_labels_and_can_start_at_any_step(tmp_path):
    encoded_clips, clips = encoded(tmp_path / "clips.f32")
    sampling = Sampling(4, True, 3)
    stream = batches(encoded_clips, sampling, range(2, 4), lambda rows: rows)
    late = [(int(step), batch.target.numpy(), batch.labels.numpy()) for step, batch in stream]
    assert [step for step, _, _ in late] == [2, 3]
    for step, real, labels in late:
        rows = draw_rows(encoded_clips.labels, sampling, step)
        np.testing.assert_array_equal(real, clips[rows])
        np.testing.assert_array_equal(labels, rows % 2)
