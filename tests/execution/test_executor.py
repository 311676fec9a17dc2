import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from waveloom.config.errors import InputError
from waveloom.execution import executor
from waveloom.execution.executor import SERIAL, Execution, in_batches, ordered_map

PROCESSES = Execution("processes", workers=2)


def square(number: int) -> int:
    return number * number


def inverse(number: int) -> float:
    return 1 / number


def who(number: int) -> int:
    time.sleep(0.01 * (number == 0))
    return os.getpid()


def refuse(number: int) -> int:
    raise InputError(f"{number} will not do")


@pytest.fixture(autouse=True)
def _workers_from_the_first_item(monkeypatch):
    monkeypatch.setattr(executor, "ALONE_SECONDS", 0)


@pytest.mark.parametrize("kind", ["serial", "processes", "dask"])
def test_each_executor_gives_the_same_answers_in_the_order_of_the_items(kind):
    assert list(ordered_map(square, range(50), Execution(kind, workers=2))) == [n * n for n in range(50)]


@pytest.mark.parametrize("kind", ["processes", "dask"])
def test_the_work_is_done_by_others(kind):
    done_by = set(ordered_map(who, range(40), Execution(kind, workers=2)))
    assert os.getpid() not in done_by
    assert len(done_by) == 2


def test_the_first_items_are_done_here_since_others_take_long_to_start(monkeypatch):
    monkeypatch.setattr(executor, "ALONE_SECONDS", 1e6)
    assert set(ordered_map(who, range(5), PROCESSES)) == {os.getpid()}
    monkeypatch.setattr(executor, "ALONE_SECONDS", 0.005)
    done_by = list(ordered_map(who, range(8), PROCESSES))  # the first takes 10 ms
    assert done_by[0] == os.getpid()
    assert os.getpid() not in done_by[1:]


@pytest.mark.parametrize("how", [SERIAL, PROCESSES])
def test_no_more_items_are_taken_than_needed(how):
    taken = []

    def items():
        for item in range(1000):
            taken.append(item)
            yield item

    answers = ordered_map(square, items(), how)
    assert next(answers) == 0
    assert len(taken) <= 2 * 2 + 1
    answers.close()


@pytest.mark.parametrize("how", [SERIAL, PROCESSES])
def test_the_first_error_ends_it(how):
    with pytest.raises(ZeroDivisionError):
        list(ordered_map(inverse, [2, 1, 0, 1], how))


def test_an_input_error_keeps_its_sentence():
    with pytest.raises(InputError, match="7 will not do"):
        list(ordered_map(refuse, [7], PROCESSES))


@pytest.mark.parametrize("kind", ["serial", "processes", "dask"])
def test_no_items_no_answers(kind):
    assert list(ordered_map(square, [], Execution(kind))) == []


def test_without_dask_one_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'waveloom\[dask\]'"):
        list(ordered_map(square, [1], Execution("dask")))


def test_a_running_scheduler_is_used_by_its_address():
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster:
        how = Execution("dask", scheduler=cluster.scheduler_address)
        assert list(ordered_map(square, range(20), how)) == [n * n for n in range(20)]


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr(executor, "CONNECT_SECONDS", 0.5)
    with pytest.raises(InputError, match="no Dask scheduler answers there"):
        list(ordered_map(square, [1], Execution("dask", scheduler="tcp://127.0.0.1:9")))


def test_workers_end_when_the_process_that_they_work_for_is_killed():
    code = (
        "from tests.execution.test_executor import who, PROCESSES; from waveloom.execution import executor; "
        "executor.ALONE_SECONDS = 0\n"
        "for pid in executor.ordered_map(who, iter(lambda: 1, 0), PROCESSES): print(pid, flush=True)"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    )
    assert started.stdout
    pids = {int(started.stdout.readline()) for _ in range(20)}
    started.send_signal(signal.SIGKILL)
    started.communicate(timeout=30)  # their output is its output, so it ends when the last of them does
    assert not any(Path(f"/proc/{pid}").exists() and _runs(pid) for pid in pids)


def _runs(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_batches_are_whole_but_the_last():
    assert list(in_batches(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]


def test_threads_may_use_the_executor():
    found = []
    thread = threading.Thread(target=lambda: found.extend(ordered_map(square, range(4), PROCESSES)))
    thread.start()
    thread.join()
    assert found == [0, 1, 4, 9]
