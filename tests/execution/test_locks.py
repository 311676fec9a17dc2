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


def test_the_error_of_a_second_process_names_the_first_by_its_number(tmp_path, holder):
    wanted = f"Another process {holder.pid} holds it. Wait until it ends, or stop it"
    with pytest.raises(InputError, match=wanted), exclusive_lock(tmp_path / "stage", "holds it"):
        pass
    with exclusive_lock(tmp_path / "another stage", "holds it"):
        pass


def test_a_killed_holder_holds_nothing(tmp_path, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    with exclusive_lock(tmp_path / "stage", "holds it"):
        pass
    assert list((tmp_path / "stage").iterdir()) == []


def test_it_is_free_again_after_an_error(tmp_path):
    for _ in range(2):
        with pytest.raises(KeyError), exclusive_lock(tmp_path, "holds it"):
            raise KeyError


def test_two_threads_do_not_hold_one_lock(tmp_path):
    with (
        exclusive_lock(tmp_path, "holds it"),
        pytest.raises(InputError, match=str(os.getpid())),
        exclusive_lock(tmp_path, "holds it"),
    ):
        pass
