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


def process_id(number: int) -> int:
    time.sleep(0.01 * (number == 0))
    return os.getpid()


def fail(number: int) -> int:
    raise InputError(f"{number} is refused")


@pytest.fixture(autouse=True)
def _workers_from_the_first_item(monkeypatch):
    monkeypatch.setattr(executor, "ALONE_SECONDS", 0)


@pytest.mark.parametrize("kind", ["serial", "processes", "dask"])
def test_each_executor_gives_the_same_results_in_the_order_of_the_items(kind):
    assert list(ordered_map(square, range(50), Execution(kind, workers=2))) == [n * n for n in range(50)]


@pytest.mark.parametrize("kind", ["processes", "dask"])
def test_the_work_runs_in_worker_processes(kind):
    processes = set(ordered_map(process_id, range(40), Execution(kind, workers=2)))
    assert os.getpid() not in processes
    assert len(processes) == 2


def test_the_first_items_run_in_this_process_since_workers_take_long_to_start(monkeypatch):
    monkeypatch.setattr(executor, "ALONE_SECONDS", 1e6)
    assert set(ordered_map(process_id, range(5), PROCESSES)) == {os.getpid()}
    monkeypatch.setattr(executor, "ALONE_SECONDS", 0.005)
    processes = list(ordered_map(process_id, range(8), PROCESSES))  # the first takes 10 ms
    assert processes[0] == os.getpid()
    assert os.getpid() not in processes[1:]


@pytest.mark.parametrize("execution", [SERIAL, PROCESSES])
def test_no_more_items_are_taken_than_needed(execution):
    taken = []

    def items():
        for item in range(1000):
            taken.append(item)
            yield item

    results = ordered_map(square, items(), execution)
    assert next(results) == 0
    assert len(taken) <= 2 * 2 + 1
    results.close()


@pytest.mark.parametrize("execution", [SERIAL, PROCESSES])
def test_the_first_error_ends_the_iteration(execution):
    with pytest.raises(ZeroDivisionError):
        list(ordered_map(inverse, [2, 1, 0, 1], execution))


def test_an_input_error_keeps_its_message():
    with pytest.raises(InputError, match="7 is refused"):
        list(ordered_map(fail, [7], PROCESSES))


@pytest.mark.parametrize("kind", ["serial", "processes", "dask"])
def test_no_items_give_no_results(kind):
    assert list(ordered_map(square, [], Execution(kind))) == []


def test_without_dask_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'waveloom\[dask\]'"):
        list(ordered_map(square, [1], Execution("dask")))


def test_a_running_scheduler_is_used_by_its_address():
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster:
        execution = Execution("dask", scheduler=cluster.scheduler_address)
        assert list(ordered_map(square, range(20), execution)) == [n * n for n in range(20)]


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr(executor, "CONNECT_SECONDS", 0.5)
    with pytest.raises(InputError, match="no Dask scheduler answers there"):
        list(ordered_map(square, [1], Execution("dask", scheduler="tcp://127.0.0.1:9")))


def test_workers_end_when_their_parent_is_killed():
    code = (
        "from tests.execution.test_executor import process_id, PROCESSES; from waveloom.execution import executor; "
        "executor.ALONE_SECONDS = 0\n"
        "for pid in executor.ordered_map(process_id, iter(lambda: 1, 0), PROCESSES): print(pid, flush=True)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    pids = {int(parent.stdout.readline()) for _ in range(20)}
    parent.send_signal(signal.SIGKILL)
    parent.communicate(timeout=30)  # workers share its output, which ends with the last of them
    assert not any(Path(f"/proc/{pid}").exists() and _runs(pid) for pid in pids)


def _runs(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_batches_are_full_except_the_last():
    assert list(in_batches(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]


def test_threads_may_use_the_executor():
    found = []
    thread = threading.Thread(target=lambda: found.extend(ordered_map(square, range(4), PROCESSES)))
    thread.start()
    thread.join()
    assert found == [0, 1, 4, 9]
