"""Time and memory of generating long sounds of three lengths with the project's own generator.

    python benchmarks/bench_long.py [MODEL]

Each runs in a process of its own: wall seconds, CPU seconds over all cores, real-time factor, real-time factor without
the start (from the differences to the shortest length), peak memory.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from waveloom.models.files import load_model

PROJECT = Path(__file__).resolve().parents[1]
LENGTHS = (10, 60, 600)  # seconds


def main(model: str = str(PROJECT / "data/04_models/generator")) -> None:
    if not Path(model, "model.json").is_file():
        print("long sounds: there is no generator yet; `make run` trains one.")
        return
    print("seconds | wall s | CPU s | x real time | x without start | peak MB")
    shortest = None
    for length in LENGTHS:
        wall, cpu, peak = measured(model, length)
        shortest = shortest or (length, wall)
        running = "" if length == shortest[0] else f"{(length - shortest[0]) / (wall - shortest[1]):.0f}"
        print(f"{length} | {wall:.1f} | {cpu:.1f} | {length / wall:.1f} | {running} | {peak:.0f}", flush=True)


def measured(model: str, length: int) -> tuple[float, float, float]:
    """Measure wall seconds, CPU seconds and peak resident megabytes for one sound of the first label."""
    with tempfile.TemporaryDirectory() as folder:
        code = (
            "import resource, sys; from waveloom.commands.app import app\n"
            "try: app()\n"
            "finally: used = resource.getrusage(resource.RUSAGE_SELF); "
            "print(used.ru_utime + used.ru_stime, used.ru_maxrss)"
        )
        label = [part for name in load_model(Path(model)).spec["labels"][:1] for part in ("--label", name)]
        command = ["generate", folder, "--model", model, "--seconds", str(length), *label]
        began = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=True)
        cpu, peak = done.stdout.split()[-2:]
        return time.perf_counter() - began, float(cpu), int(peak) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
