"""Peak memory of every stage at 1x and 10x the default corpus: it must not grow with the number of clips.

Runs the real stages in a scratch copy of the project; takes about ten minutes. Prints MB and the number of clips.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
STAGES = ("ingest", "prepare", "features", "train", "evaluate")
PITCHES = {"1x": list(range(36, 85, 4)), "10x": list(range(128))}
SHORT = "train.steps=20,train.validate_every=20,evaluate.samples=64"


def main() -> None:
    """Print one row per stage."""
    peaks = {name: measure(pitches) for name, pitches in PITCHES.items()}
    table = pd.DataFrame(peaks)
    table["ratio"] = (table["10x"] / table["1x"]).round(2)
    print(table.round(2).to_string())


def measure(pitches: list[int]) -> dict[str, float]:
    """Run the chain on 128 programs at these pitches; give peak resident MB per stage, and the number of clips."""
    with tempfile.TemporaryDirectory() as folder:
        project = copy(Path(folder))
        params = (project / "params.yaml").read_text()
        assert "options: {}" in params
        (project / "params.yaml").write_text(params.replace("options: {}", f"options: {{pitches: {pitches}}}", 1))
        peaks = {stage: peak_mb(project, stage) for stage in STAGES}
        clips = len(pd.read_parquet(project / "data/02_clips/clips/index.parquet", columns=["clip_id"]))
        return {**peaks, "clips": clips}


def copy(folder: Path) -> Path:
    """Copy all files that git tracks, except data."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        if not name.startswith("data/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def peak_mb(project: Path, stage: str) -> float:
    """Run one stage in a process of its own; give its peak resident memory."""
    kedro = Path(sys.executable).with_name("kedro")
    command = [str(kedro), "run", "--pipeline", stage, "--params", SHORT]
    process = subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, f"{stage} failed"
    return used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
