"""Start time of commands, compared with the imports that they need.

Medians of five runs, interleaved, in seconds of wall clock.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
COMMANDS = {
    "import kedro, pandas": [sys.executable, "-c", "import kedro, pandas"],
    "import kedro.framework.session, pandas": [sys.executable, "-c", "import kedro.framework.session, pandas"],
    "waveloom --help": [BIN / "waveloom", "--help"],
    "waveloom sync --check": [BIN / "waveloom", "sync", "--check"],
    "kedro registry list": [BIN / "kedro", "registry", "list"],
    "kedro run --pipeline features": [BIN / "kedro", "run", "--pipeline", "features"],
    "dvc repro, nothing to do": [BIN / "dvc", "repro"],
}


def main(rounds: int = 5) -> None:
    """Print one row per command. `dvc repro` and the features stage need `make run` first."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds + 1):
        for name, command in COMMANDS.items():
            start = time.perf_counter()
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env={"PATH": f"{BIN}:/usr/bin:/bin"})
            times[name].append(time.perf_counter() - start)
    for name, seconds in times.items():
        print(f"{name:<42} {statistics.median(seconds[1:]):6.2f} s")


if __name__ == "__main__":
    main()
