"""Time and peak memory of ingest, prepare and features on many synthetic files, and a comparison of executors.

    python benchmarks/growth.py [files …]                        peak memory at each number of files, by default 5,000
    python benchmarks/growth.py --executors [files]              each executor on the same files, by default 5,000

Memory is the sum over all processes of a stage, with shared pages counted once (PSS), sampled five times per second;
also the peak of the stage's own process.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import psutil
from generated import OUTPUTS, change, digest, project, remove, start

EXECUTORS = ("serial", "processes", "dask")


def main(*numbers: int) -> None:
    print(f"{'files':>8} {'stage':10}{'seconds':>9}{'files/s':>9}{'MB, all':>9}{'MB, own':>9}")
    for files in numbers or (5000,):
        with tempfile.TemporaryDirectory() as folder:
            home = project(Path(folder), files)
            for stage in OUTPUTS:
                seconds, total, own = measure(home, stage)
                print(f"{files:8} {stage:10}{seconds:9.1f}{files / seconds:9.0f}{total:9.0f}{own:9.0f}", flush=True)


def compare(files: int = 5000) -> None:
    print(f"{files} files\n{'':12}" + "".join(f"{stage:>20}" for stage in OUTPUTS))
    with tempfile.TemporaryDirectory() as folder:
        home = project(Path(folder), files)
        digests: dict[str, set[str]] = {stage: set() for stage in OUTPUTS}
        for executor in EXECUTORS:
            change(home, {"execution": {"executor": executor}})
            line = f"{executor:12}"
            for stage in OUTPUTS:
                remove(home, stage)
                seconds, total, _ = measure(home, stage)
                digests[stage].add(digest(home, stage))
                line += f"{seconds:9.1f} s{total:6.0f} MB"
            print(line, flush=True)
    assert all(len(found) == 1 for found in digests.values()), "executors differ"
    print("the same bytes from each, in each stage")


def measure(home: Path, stage: str) -> tuple[float, float, float]:
    """Run a stage; give its seconds, and the peak memory of all its processes and of its own, in MB."""
    started = time.perf_counter()
    process = start(home, stage)
    peak = 0.0
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        peak = max(peak, total_pss(process.pid))
        time.sleep(0.2)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.stderr.read().decode() if process.stderr else ""
    return time.perf_counter() - started, peak, used.ru_maxrss / 1024


def total_pss(pid: int) -> float:
    """Give the PSS of a process and its descendants in MB."""
    pss = 0
    try:
        root = psutil.Process(pid)
        processes = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    for process in processes:
        try:
            pss += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return pss / 2**20


if __name__ == "__main__":
    os.nice(5)
    if sys.argv[1:2] == ["--executors"]:
        compare(*map(int, sys.argv[2:]))
    else:
        main(*map(int, sys.argv[1:]))
