"""With what a report was made: versions and machine, the same words at every run on the same machine."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("waveloom", "tensorflow", "keras", "numpy", "scipy", "scikit-learn", "librosa", "soundfile", "soxr")


def environment() -> dict[str, str]:
    """Name Python, the libraries that shape the numbers, and the processor."""
    machine = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "oneDNN": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "not set"),
    }
    return machine | {name: version(name) for name in LIBRARIES}


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.processor() or "unknown"
