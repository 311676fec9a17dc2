import os
import shutil
import threading
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from waveloom.execution import executor
from waveloom.execution.executor import Execution
from waveloom.execution.result_cache import MAX_CACHES, Piece, cached, in_chunks, stage_cache


class Worker:
    """Work that records its items."""

    def __init__(self) -> None:
        self.done: list[int] = []

    def __call__(self, item: int) -> Piece:
        self.done.append(item)
        rows = pd.DataFrame({"name": [f"n{item}", "é"], "value": np.array([item, np.nan]), "n": [item, -item]})
        return Piece(rows, np.full((2, 3), item, np.float32))


def run(work: Worker, folder: Path | None, items: range = range(4)) -> list[Piece]:
    return [cached(work, str, folder)(item) for item in items]


def start_and_stop(checkpoints: Path, stage: str, value: int) -> None:
    with suppress(KeyboardInterrupt), stage_cache(checkpoints, stage, value) as folder:
        run(Worker(), folder)
        raise KeyboardInterrupt


def equal(left: list[Piece], right: list[Piece]) -> None:
    for a, b in zip(left, right, strict=True):
        pd.testing.assert_frame_equal(a.rows, b.rows, check_exact=True)
        assert a.clips.dtype == b.clips.dtype
        np.testing.assert_array_equal(a.clips, b.clips)


def test_a_stored_result_is_read_back_unchanged_and_not_computed_again(tmp_path):
    work = Worker()
    first = run(work, tmp_path / "j")
    again = run(work, tmp_path / "j")
    assert work.done == [0, 1, 2, 3]
    equal(first, again)


def test_rows_without_clips_are_stored_too(tmp_path):
    def work(item: int) -> Piece:
        return Piece(pd.DataFrame({"value": np.float32([item])}))

    stored = cached(work, str, tmp_path)
    equal([stored(1)], [stored(1)])


def test_without_a_folder_or_a_key_nothing_is_stored(tmp_path):
    work = Worker()
    run(work, None)
    run(work, None)
    assert len(work.done) == 8
    unkeyed = cached(work, lambda item: "", tmp_path)
    unkeyed(1)
    unkeyed(1)
    assert len(work.done) == 10


@pytest.mark.parametrize("left", [0, 10, 31, 200])
def test_an_incomplete_file_is_computed_again(tmp_path, left):
    work = Worker()
    run(work, tmp_path)
    file = sorted(tmp_path.iterdir())[0]
    file.write_bytes(file.read_bytes()[:left])
    equal(run(work, tmp_path), run(Worker(), None))
    assert len(work.done) == 5


def test_a_damaged_file_is_computed_again(tmp_path):
    work = Worker()
    run(work, tmp_path)
    file = sorted(tmp_path.iterdir())[0]
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.write_bytes(content)
    run(work, tmp_path)
    assert len(work.done) == 5


def test_a_key_may_hold_any_bytes(tmp_path):
    cached(Worker(), lambda item: os.fsdecode(b"\xff"), tmp_path)(1)
    assert len(list(tmp_path.iterdir())) == 1


def test_the_cache_is_removed_if_the_stage_succeeds_and_stays_if_it_fails(tmp_path):
    start_and_stop(tmp_path, "prepare", 1)
    work = Worker()
    with stage_cache(tmp_path, "prepare", 1) as folder:
        run(work, folder)
    assert work.done == []
    assert list(tmp_path.iterdir()) == []


def test_caches_of_other_inputs_and_stages_stay(tmp_path):
    for stage, value in (("prepare", 1), ("prepare", 2), ("features", 1)):
        start_and_stop(tmp_path, stage, value)
    assert len(list(tmp_path.iterdir())) == 3
    with stage_cache(tmp_path, "prepare", 2):
        pass
    assert sorted(path.name.partition("-")[0] for path in tmp_path.iterdir()) == ["features", "prepare"]
    work = Worker()
    with stage_cache(tmp_path, "prepare", 1) as folder:
        run(work, folder)
    assert work.done == []


def test_an_old_cache_is_removed_when_its_stage_succeeds(tmp_path):
    for stage, value in (("prepare", 1), ("prepare", 2), ("features", 1)):
        start_and_stop(tmp_path, stage, value)
    with stage_cache(tmp_path, "prepare", 1) as old, stage_cache(tmp_path, "features", 1) as other:
        run(Worker(), old)
        run(Worker(), other)
        for folder in (old, other):
            os.utime(folder, (0, 0))
        with stage_cache(tmp_path, "prepare", 3):
            pass
        assert not old.exists()
        assert other.exists()
        assert len(list(tmp_path.glob("prepare-*"))) == 1


def test_of_many_caches_only_the_newest_stay(tmp_path):
    for value in range(MAX_CACHES + 4):
        start_and_stop(tmp_path, "prepare", value)
        with stage_cache(tmp_path, "features", value):
            pass
    with stage_cache(tmp_path, "prepare", "last"):
        pass
    assert len(list(tmp_path.iterdir())) == MAX_CACHES


def test_pieces_are_written_while_another_process_keeps_removing_the_folder(tmp_path):
    finished = threading.Event()

    def remove():
        while not finished.is_set():
            shutil.rmtree(tmp_path / "j", ignore_errors=True)

    remover = threading.Thread(target=remove)
    remover.start()
    try:
        equal(run(Worker(), tmp_path / "j", range(200)), run(Worker(), None, range(200)))
    finally:
        finished.set()
        remover.join()


def test_a_cache_that_another_run_removed_is_created_again(tmp_path):
    with stage_cache(tmp_path, "prepare", 1) as folder:
        run(Worker(), folder)
        with stage_cache(tmp_path, "prepare", 1):
            pass
        run(Worker(), folder)


def test_without_checkpoints_there_is_no_cache():
    with stage_cache(None, "prepare") as folder:
        assert folder is None


@pytest.mark.parametrize("sizes", [[5], [1] * 7, [3, 3, 1], [64, 64, 2], [200], []])
def test_pieces_are_joined_and_cut_to_one_size(sizes):
    ends = np.cumsum([0, *sizes])
    pieces = [
        Piece(pd.DataFrame({"n": range(a, b)}), np.arange(a, b, dtype=np.float32)[:, None]) for a, b in pairwise(ends)
    ]
    chunks = list(in_chunks(pieces, 4))
    assert all(len(rows) == 4 for rows, _ in chunks[:-1])
    assert [n for rows, _ in chunks for n in rows["n"]] == list(range(ends[-1]))
    assert [n for _, clips in chunks for n in clips[:, 0]] == list(range(ends[-1]))
    assert all(list(rows.index) == list(range(len(rows))) for rows, _ in chunks)


def test_executors_share_a_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(executor, "ALONE_SECONDS", 0)
    work = cached(one_row, str, tmp_path)
    for kind in ("serial", "processes"):
        pieces = list(executor.ordered_map(work, range(5), Execution(kind, workers=2)))
        assert len({piece.rows["process"][0] for piece in pieces}) == 1  # the process that computed it the first time
        assert pieces[0].rows["process"][0] == os.getpid()


def one_row(item: int) -> Piece:
    return Piece(pd.DataFrame({"process": [os.getpid()]}))
