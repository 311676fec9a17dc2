import errno
import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_file, replaced_folder

FILES = 20


def names(folder):
    return [str(path.relative_to(folder)) for path in sorted(folder.rglob("*"))]


def fill(folder: Path, mark: str, times: int = 10) -> None:
    for _ in range(times):
        with replaced_folder(folder) as new:
            for number in range(FILES):
                (new / f"{number:02d}").write_text(mark)


def wait_while_writing(folder: Path, ready: Path) -> None:
    with replaced_folder(folder) as new:
        (new / "half").touch()
        ready.touch()
        time.sleep(60)


def start_and_wait(folder: Path, ready: Path) -> multiprocessing.Process:
    process = multiprocessing.get_context("spawn").Process(target=wait_while_writing, args=(folder, ready))
    process.start()
    while not ready.exists():
        assert process.is_alive()
        time.sleep(0.01)
    return process


def test_the_old_folder_is_restored_if_the_new_one_cannot_be_renamed(tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s/old").touch()
    with pytest.raises(InputError, match="the previous version is unchanged"), replaced_folder(tmp_path / "s") as new:
        new.rmdir()
    assert names(tmp_path) == ["s", "s/old"]


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_many_writers_of_one_folder_at_once_all_succeed_and_leave_one_complete_folder(tmp_path, kind):
    folder = tmp_path / "s"
    start = threading.Thread if kind == "threads" else multiprocessing.get_context("spawn").Process
    problems = []
    hook, threading.excepthook = threading.excepthook, problems.append
    try:
        workers = [start(target=fill, args=(folder, mark)) for mark in "abcd"]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        threading.excepthook = hook
    assert not problems
    assert kind == "threads" or [worker.exitcode for worker in workers] == [0] * 4
    assert [path.name for path in tmp_path.iterdir()] == ["s"]
    contents = [path.read_text() for path in folder.iterdir()]
    assert len(contents) == FILES
    assert len(set(contents)) == 1


def test_of_two_overlapping_writers_the_last_to_end_wins(tmp_path):
    with replaced_folder(tmp_path / "s") as first:
        (first / "first").touch()
        with replaced_folder(tmp_path / "s") as second:
            (second / "second").touch()
        assert names(tmp_path / "s") == ["second"]
    assert names(tmp_path) == ["s", "s/first"]


def test_the_files_of_a_killed_writer_are_removed_and_those_of_a_running_one_are_not(tmp_path):
    process = start_and_wait(tmp_path / "s", tmp_path / "ready")
    fill(tmp_path / "s", "new", times=1)
    assert len(list(tmp_path.glob("s.*.partial"))) == 1
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    fill(tmp_path / "s", "new", times=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ready", "s"]


def test_the_old_folder_is_restored_after_a_writer_is_killed_between_two_renames(tmp_path):
    (tmp_path / "s.4711-0123abcd.old").mkdir()
    (tmp_path / "s.4711-0123abcd.old/before").touch()
    (tmp_path / "s.backup.old").mkdir()
    with pytest.raises(KeyError), replaced_folder(tmp_path / "s"):
        raise KeyError
    assert names(tmp_path) == ["s", "s/before", "s.backup.old"]


@pytest.mark.parametrize("replaced", [replaced_folder, replaced_file])
def test_a_read_error_in_the_block_is_not_reported_as_a_full_disk(tmp_path, replaced):
    with pytest.raises(FileNotFoundError), replaced(tmp_path / "s"):
        (tmp_path / "absent").read_text()
    with pytest.raises(PermissionError), replaced(tmp_path / "s"):
        raise PermissionError(errno.EACCES, "Permission denied", "corpus/a.wav")
    assert names(tmp_path) == []


@pytest.mark.parametrize("replaced", [replaced_folder, replaced_file])
@pytest.mark.parametrize(
    "problem", [OSError(errno.ENOSPC, "No space left on device"), OSError("9 requested and 1 written")]
)
def test_a_full_disk_is_reported_with_the_advice_to_free_space(tmp_path, replaced, problem):
    with (
        pytest.raises(InputError, match=r"s could not be written .* unchanged.* free some space"),
        replaced(tmp_path / "s"),
    ):
        raise problem
    assert names(tmp_path) == []


@pytest.mark.parametrize("replaced", [replaced_folder, replaced_file])
def test_a_path_where_nothing_can_be_created_raises_an_input_error(tmp_path, replaced):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="could not be written") as caught, replaced(tmp_path / "file/below/s"):
        pass
    assert "space" not in str(caught.value)


def test_a_replaced_file_is_complete_or_unchanged(tmp_path):
    path = tmp_path / "t.json"
    with replaced_file(path) as new:
        new.write_text("one")
    with pytest.raises(UnicodeEncodeError), replaced_file(path) as new:
        new.write_text("tw\ud800")
    assert path.read_text() == "one"
    assert names(tmp_path) == ["t.json"]


def test_with_first_wins_an_existing_folder_is_not_replaced(tmp_path):
    with replaced_folder(tmp_path / "s", first_wins=True) as first:
        (first / "first").touch()
        with replaced_folder(tmp_path / "s", first_wins=True) as second:
            (second / "second").touch()
        there = (tmp_path / "s").stat().st_ino
    assert names(tmp_path) == ["s", "s/second"]
    assert (tmp_path / "s").stat().st_ino == there
