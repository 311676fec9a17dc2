"""What a piece of work cost this process and its children, and how much memory it may take."""

import os
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
_KILOBYTES = 1024 if sys.platform == "darwin" else 1  # what macOS counts in bytes, Linux counts in kB


@dataclass(frozen=True)
class Cost:
    """Processor minutes so far, over all cores, and the most memory one process has held, in MB."""

    cpu_minutes: float
    peak_memory_mb: float

    def since(self, start: "Cost") -> "Cost":
        """What was spent after `start`; memory has no beginning, and stays the peak of the whole process."""
        return Cost(self.cpu_minutes - start.cpu_minutes, self.peak_memory_mb)


def cost() -> Cost:
    """Read the operating system's own account."""
    usage = [resource.getrusage(who) for who in _WHO]
    seconds = sum(used.ru_utime + used.ru_stime for used in usage)
    return Cost(seconds / 60, max(used.ru_maxrss for used in usage) / _KILOBYTES / 1024)


def memory_limit() -> int:
    """Give the bytes this process may have: the machine's, or fewer where a cgroup or ulimit says so."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), *_cgroup_limits()]
    soft = (resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA))
    return min(limits + [limit for limit in soft if limit != resource.RLIM_INFINITY])


def _cgroup_limits() -> Iterator[int]:
    """Read the memory limits of this process's cgroup and those above it, of version 1 and 2; none on other systems."""
    for number, controllers, path in _cgroups():
        if number != "0" and "memory" not in controllers.split(","):
            continue
        root, name = (Path("/sys/fs/cgroup"), "memory.max")
        if number != "0":
            root, name = root / "memory", "memory.limit_in_bytes"
        for group in (PurePosixPath(path), *PurePosixPath(path).parents):
            try:
                said = (root / group.relative_to("/") / name).read_text().strip()
            except (OSError, ValueError):
                continue
            if said.isdecimal():
                yield int(said)


def _cgroups() -> list[list[str]]:
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    return [line.split(":", 2) for line in lines if line.count(":") >= 2]
