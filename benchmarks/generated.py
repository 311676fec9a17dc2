"""For other scripts: a scratch copy of the project with a given number of synthetic sounds, in which stages run."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
RATE, SECONDS, LABELS = 22_050, 0.5, 10
OUTPUTS = {
    "ingest": ("data/01_recordings/recordings.parquet", "data/01_recordings/sounds"),
    "prepare": ("data/02_clips/clips",),
    "features": ("data/03_features/mfcc.parquet",),
}


def project(folder: Path, files: int, **execution: object) -> Path:
    """Copy all files that git tracks, except data, and write `files` sounds."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        if not name.startswith("data/") and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    for number in range(files):
        path = folder / f"sounds/{number % LABELS}/{number:06d}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, sound(number), RATE)
    settings = {"ingest": {"corpus": "folder", "options": {"root": "sounds"}}, "prepare": {"samples": 8192}}
    change(folder, {**settings, "execution": execution})
    return folder


def sound(number: int) -> np.ndarray:
    """Synthesise six decaying partials in noise; every hundredth sound is a quieter copy of the previous one."""
    if number % 100 == 99:
        return 0.5 * sound(number - 1)
    draw, time = np.random.default_rng(number), np.arange(int(RATE * SECONDS)) / RATE
    partials = np.sin(2 * np.pi * draw.uniform(80, 4000, (6, 1)) * time) * np.exp(-draw.uniform(2, 12, (6, 1)) * time)
    return 0.1 * draw.uniform(0.2, 1, 6) @ partials + 0.005 * draw.standard_normal(len(time))


def change(folder: Path, settings: dict[str, dict[str, object]]) -> None:
    yaml = YAML()
    params = yaml.load(folder / "params.yaml")
    for section, values in settings.items():
        params[section].update(values)
    yaml.dump(params, folder / "params.yaml")


def call(folder: Path, *command: str) -> None:
    """Run a command in the project at `folder`, with its code and this environment's programs."""
    own = {
        **os.environ,
        "PYTHONPATH": str(folder / "src"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    subprocess.run(command, cwd=folder, env=own, check=True, capture_output=True, text=True)


def start(folder: Path, stage: str) -> subprocess.Popen[bytes]:
    kedro = Path(sys.executable).with_name("kedro")
    return subprocess.Popen(
        [str(kedro), "run", "--pipeline", stage], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def run(folder: Path, stage: str) -> None:
    process = start(folder, stage)
    _, error = process.communicate()
    assert process.returncode == 0, error.decode()


def remove(folder: Path, stage: str) -> None:
    """Remove a stage's outputs, as DVC does before it runs the stage."""
    for output in OUTPUTS[stage]:
        path = folder / output
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def digest(folder: Path, stage: str) -> str:
    """Give the SHA-256 over names and bytes of a stage's outputs."""
    total = hashlib.sha256()
    for output in OUTPUTS[stage]:
        path = folder / output
        for file in sorted([path] if path.is_file() else (found for found in path.rglob("*") if found.is_file())):
            total.update(os.fsencode(file.relative_to(folder)) + b"\0")
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
