"""Trainings in separate processes, which can be killed."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def start_process(module, folder, workspace):
    command = [sys.executable, "-m", f"tests.training.{module}", str(folder), str(workspace)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def output(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out
