"""A scratch copy of the whole project, run once with real DVC, Kedro and MLflow on synthetic sounds."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
# Workers that shared one cache of compiled functions have crashed: each has its own.
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / ".numba_cache" / os.environ.get("PYTEST_XDIST_WORKER", "alone")))
TINY = {
    "ingest": {"corpus": "folder", "options": {"root": "sounds"}, "min_seconds": 0.05},
    "prepare": {"rate_hz": 8000, "samples": 2048},
    "features": {"n_mfcc": 8, "n_mels": 32, "n_fft": 512, "hop": 256, "delta_width": 3},
    "train": {
        "steps": 12,
        "batch_size": 8,
        "validate_every": 6,
        "validation_clips": 8,
        "checkpoint_every": 4,
        "overrides": {
            "noise": 14,
            "options": {
                "representations": {"spectrogram": {"n_fft": 256, "hop": 64}},
                "generators": {
                    "loom": {"stored": {"sounds": 40, "neighbours": 1, "knots": [2, 2]}, "refinement": {"width": 16}}
                },
                "discriminators": {"residual": {"width": 16}},
            },
        },
    },
    "classify": {"models": ["logistic", "forest"], "options": {"forest": {"trees": 20}}, "folds": 2},
    "evaluate": {"samples": 12, "clips": 24, "folds": 2},
}


class Project:
    """A checkout in a folder of its own, and commands that run there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        binaries = Path(sys.executable).parent
        self.env = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}", "PYTHONUNBUFFERED": "1"}

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command, cwd=self.folder, env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def run(self, *command: str, code: int | None = 0) -> str:
        process = self.start(*command)
        output, _ = process.communicate(timeout=600)
        assert code is None or process.returncode == code, output
        return output

    def set(self, tree: dict) -> None:
        yaml = YAML()
        params = yaml.load(self.folder / "params.yaml")
        _overlay(params, tree)
        yaml.dump(params, self.folder / "params.yaml")


def _overlay(tree: dict, over: dict) -> None:
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(tree.get(key), dict) and key not in {"options", "overrides"}:
            _overlay(tree[key], value)
        else:
            tree[key] = value


def scratch(folder: Path) -> Project:
    """Copy the files that git would commit, add sounds of three classes, and commit everything."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file() and not name.startswith(("data/", "dvc.lock", "docs/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    make_sounds(folder / "sounds")
    project = Project(folder)
    project.set(TINY)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "scratch"]):
        subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@t", "-c", "core.hooksPath=/dev/null", *command],
            cwd=folder,
            check=True,
        )
    return project


def make_sounds(folder: Path) -> None:
    """Write twelve short sounds each of low tones, high tones and noise, and five files that cannot be used."""
    draw = np.random.default_rng(0)
    time = np.arange(4000) / 8000
    kinds = {
        "low": lambda: np.sin(2 * np.pi * draw.uniform(150, 300) * time),
        "high": lambda: np.sin(2 * np.pi * draw.uniform(1500, 3000) * time),
        "noise": lambda: draw.uniform(-1, 1, len(time)),
    }
    for kind, make in kinds.items():
        (folder / kind).mkdir(parents=True)
        for number in range(12):
            soundfile.write(folder / kind / f"{number:02d}.wav", 0.5 * make() * np.exp(-3 * time), 8000)
    soundfile.write(folder / "low/silent.wav", np.zeros(4000), 8000)
    soundfile.write(folder / "low/short.wav", np.ones(10), 8000)
    soundfile.write(folder / "low/nan.wav", np.full(4000, np.nan), 8000, subtype="FLOAT")
    (folder / "low/text.wav").write_text("not a sound")
    (folder / "low/empty.wav").touch()


@pytest.fixture(scope="session")
def chain(tmp_path_factory) -> Project:
    """A scratch project on which `dvc repro` ran; tests must undo their changes to it."""
    project = scratch(tmp_path_factory.mktemp("chain"))
    project.run("dvc", "repro")
    return project


@pytest.fixture
def chain_store(chain) -> Iterator[None]:
    """Set MLflow's tracking URI to the store of `chain`, and reset it afterwards."""
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{chain.folder}/mlruns/mlflow.db")
    yield
    mlflow.set_tracking_uri(None)
