"""Many generated files through ingest, prepare and features: seconds and peak memory a stage, and executors compared.

    python benchmarks/growth.py [files …]                        peak memory at each number of files, by default 5,000
    python benchmarks/growth.py --executors [files]              each executor on the same files, by default 5,000

Memory is what all processes of a stage hold together, pages that they share counted once (PSS), looked at five times
a second; the peak of the stage's own process beside it.
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
                seconds, together, own = watched(home, stage)
                print(f"{files:8} {stage:10}{seconds:9.1f}{files / seconds:9.0f}{together:9.0f}{own:9.0f}", flush=True)


def compare(files: int = 5000) -> None:
    print(f"{files} files\n{'':12}" + "".join(f"{stage:>20}" for stage in OUTPUTS))
    with tempfile.TemporaryDirectory() as folder:
        home = project(Path(folder), files)
        made: dict[str, set[str]] = {stage: set() for stage in OUTPUTS}
        for executor in EXECUTORS:
            change(home, {"execution": {"executor": executor}})
            line = f"{executor:12}"
            for stage in OUTPUTS:
                remove(home, stage)
                seconds, together, _ = watched(home, stage)
                made[stage].add(digest(home, stage))
                line += f"{seconds:9.1f} s{together:6.0f} MB"
            print(line, flush=True)
    assert all(len(digests) == 1 for digests in made.values()), "executors differ"
    print("the same bytes from each, in each stage")


def watched(home: Path, stage: str) -> tuple[float, float, float]:
    """Run a stage; give its seconds, the peak of all its processes together and of its own, in MB."""
    begun = time.perf_counter()
    process = start(home, stage)
    peak = 0.0
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        peak = max(peak, together(process.pid))
        time.sleep(0.2)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.stderr.read().decode() if process.stderr else ""
    return time.perf_counter() - begun, peak, used.ru_maxrss / 1024


def together(pid: int) -> float:
    """Give the PSS, in MB, of a process and all below it."""
    whole = 0
    try:
        root = psutil.Process(pid)
        processes = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    for process in processes:
        try:
            whole += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return whole / 2**20


if __name__ == "__main__":
    os.nice(5)
    if sys.argv[1:2] == ["--executors"]:
        compare(*map(int, sys.argv[2:]))
    else:
        main(*map(int, sys.argv[1:]))
