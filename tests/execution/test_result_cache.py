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
from waveloom.execution.result_cache import MOST, Piece, in_chunks, journal, remembered


class Worker:
    """Work that counts how often it was done."""

    def __init__(self) -> None:
        self.done: list[int] = []

    def __call__(self, item: int) -> Piece:
        self.done.append(item)
        rows = pd.DataFrame({"name": [f"n{item}", "é"], "value": np.array([item, np.nan]), "n": [item, -item]})
        return Piece(rows, np.full((2, 3), item, np.float32))


def do(work: Worker, folder: Path | None, items: range = range(4)) -> list[Piece]:
    return [remembered(work, str, folder)(item) for item in items]


def start_and_stop(checkpoints: Path, stage: str, rules: int) -> None:
    with suppress(KeyboardInterrupt), journal(checkpoints, stage, rules) as folder:
        do(Worker(), folder)
        raise KeyboardInterrupt


def equal(left: list[Piece], right: list[Piece]) -> None:
    for a, b in zip(left, right, strict=True):
        pd.testing.assert_frame_equal(a.rows, b.rows, check_exact=True)
        assert a.clips.dtype == b.clips.dtype
        np.testing.assert_array_equal(a.clips, b.clips)


def test_what_was_done_is_not_done_again_and_comes_back_as_it_was(tmp_path):
    work = Worker()
    first = do(work, tmp_path / "j")
    again = do(work, tmp_path / "j")
    assert work.done == [0, 1, 2, 3]
    equal(first, again)


def test_rows_without_clips_come_back_too(tmp_path):
    def work(item: int) -> Piece:
        return Piece(pd.DataFrame({"value": np.float32([item])}))

    kept = remembered(work, str, tmp_path)
    equal([kept(1)], [kept(1)])


def test_without_a_folder_or_a_key_it_is_done_each_time(tmp_path):
    work = Worker()
    do(work, None)
    do(work, None)
    assert len(work.done) == 8
    nameless = remembered(work, lambda item: "", tmp_path)
    nameless(1)
    nameless(1)
    assert len(work.done) == 10


@pytest.mark.parametrize("left", [0, 10, 31, 200])
def test_what_is_half_written_is_done_again(tmp_path, left):
    work = Worker()
    do(work, tmp_path)
    victim = sorted(tmp_path.iterdir())[0]
    victim.write_bytes(victim.read_bytes()[:left])
    equal(do(work, tmp_path), do(Worker(), None))
    assert len(work.done) == 5


def test_a_changed_byte_is_seen(tmp_path):
    work = Worker()
    do(work, tmp_path)
    victim = sorted(tmp_path.iterdir())[0]
    content = bytearray(victim.read_bytes())
    content[-20] ^= 1
    victim.write_bytes(content)
    do(work, tmp_path)
    assert len(work.done) == 5


def test_a_name_of_any_bytes_is_a_key(tmp_path):
    remembered(Worker(), lambda item: os.fsdecode(b"\xff"), tmp_path)(1)
    assert len(list(tmp_path.iterdir())) == 1


def test_the_journal_goes_when_the_stage_ends_well_and_stays_when_it_does_not(tmp_path):
    start_and_stop(tmp_path, "prepare", 1)
    work = Worker()
    with journal(tmp_path, "prepare", 1) as folder:
        do(work, folder)
    assert work.done == []
    assert list(tmp_path.iterdir()) == []


def test_a_stage_that_ends_leaves_the_journals_of_other_parameters_and_stages(tmp_path):
    for stage, rules in (("prepare", 1), ("prepare", 2), ("features", 1)):
        start_and_stop(tmp_path, stage, rules)
    assert len(list(tmp_path.iterdir())) == 3
    with journal(tmp_path, "prepare", 2):
        pass
    assert sorted(path.name.partition("-")[0] for path in tmp_path.iterdir()) == ["features", "prepare"]
    work = Worker()
    with journal(tmp_path, "prepare", 1) as folder:
        do(work, folder)
    assert work.done == []


def test_a_journal_that_nothing_was_added_to_for_weeks_goes_when_its_stage_ends(tmp_path):
    for stage, rules in (("prepare", 1), ("prepare", 2), ("features", 1)):
        start_and_stop(tmp_path, stage, rules)
    with journal(tmp_path, "prepare", 1) as old, journal(tmp_path, "features", 1) as other:
        do(Worker(), old)
        do(Worker(), other)
        for folder in (old, other):
            os.utime(folder, (0, 0))
        with journal(tmp_path, "prepare", 3):
            pass
        assert not old.exists()
        assert other.exists()
        assert len(list(tmp_path.glob("prepare-*"))) == 1


def test_of_many_journals_only_the_newest_stay(tmp_path):
    for rules in range(MOST + 4):
        start_and_stop(tmp_path, "prepare", rules)
        with journal(tmp_path, "features", rules):
            pass
    with journal(tmp_path, "prepare", "last"):
        pass
    assert len(list(tmp_path.iterdir())) == MOST


def test_pieces_are_written_while_another_process_removes_the_folder_again_and_again(tmp_path):
    over = threading.Event()

    def remove():
        while not over.is_set():
            shutil.rmtree(tmp_path / "j", ignore_errors=True)

    remover = threading.Thread(target=remove)
    remover.start()
    try:
        equal(do(Worker(), tmp_path / "j", range(200)), do(Worker(), None, range(200)))
    finally:
        over.set()
        remover.join()


def test_a_journal_that_another_run_has_removed_is_made_again(tmp_path):
    with journal(tmp_path, "prepare", 1) as folder:
        do(Worker(), folder)
        with journal(tmp_path, "prepare", 1):
            pass
        do(Worker(), folder)


def test_without_checkpoints_there_is_no_journal():
    with journal(None, "prepare") as folder:
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


def test_executors_share_a_journal(tmp_path, monkeypatch):
    monkeypatch.setattr(executor, "ALONE_SECONDS", 0)
    work = remembered(one_row, str, tmp_path)
    for kind in ("serial", "processes"):
        pieces = list(executor.ordered_map(work, range(5), Execution(kind, workers=2)))
        assert len({piece.rows["process"][0] for piece in pieces}) == 1  # who did it the first time
        assert pieces[0].rows["process"][0] == os.getpid()


def one_row(item: int) -> Piece:
    return Piece(pd.DataFrame({"process": [os.getpid()]}))
