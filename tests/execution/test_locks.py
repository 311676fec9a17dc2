import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from waveloom.config.errors import InputError
from waveloom.execution.locks import exclusive_lock


def hold(folder: Path, ready: Path) -> None:
    with exclusive_lock(folder, "holds it"):
        ready.touch()
        time.sleep(60)


@pytest.fixture
def holder(tmp_path):
    process = multiprocessing.get_context("spawn").Process(target=hold, args=(tmp_path / "stage", tmp_path / "ready"))
    process.start()
    while not (tmp_path / "ready").exists():
        assert process.is_alive()
        time.sleep(0.01)
    yield process
    process.kill()
    process.join()


def test_the_error_of_a_second_process_names_the_id_of_the_first(tmp_path, holder):
    wanted = f"Another process {holder.pid} holds it. Wait until it ends, or stop it"
    with pytest.raises(InputError, match=wanted), exclusive_lock(tmp_path / "stage", "holds it"):
        pass
    with exclusive_lock(tmp_path / "another stage", "holds it"):
        pass


def test_the_lock_of_a_killed_process_is_released(tmp_path, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    with exclusive_lock(tmp_path / "stage", "holds it"):
        pass
    assert list((tmp_path / "stage").iterdir()) == []


def test_the_lock_is_released_after_an_error(tmp_path):
    for _ in range(2):
        with pytest.raises(KeyError), exclusive_lock(tmp_path, "holds it"):
            raise KeyError


def test_a_second_thread_cannot_hold_the_lock(tmp_path):
    with (
        exclusive_lock(tmp_path, "holds it"),
        pytest.raises(InputError, match=str(os.getpid())),
        exclusive_lock(tmp_path, "holds it"),
    ):
        pass
