"""Library versions and machine of a report; the same at every run on the same machine."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("waveloom", "tensorflow", "keras", "numpy", "scipy", "scikit-learn", "librosa", "soundfile", "soxr")


def environment() -> dict[str, str]:
    """Versions of Python and of the libraries that affect the numbers, system and processor."""
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
