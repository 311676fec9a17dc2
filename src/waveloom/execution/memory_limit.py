"""The memory that this process may use: that of the machine, or a lower limit of a cgroup or of ulimit."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path, PurePosixPath


def memory_limit() -> int:
    """Return the lowest of these limits in bytes."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), *_cgroup_limits()]
    soft = (resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA))
    return min(limits + [limit for limit in soft if limit != resource.RLIM_INFINITY])


def _cgroup_limits() -> Iterator[int]:
    """Read the limits of this process's cgroup and of its parents, in versions 1 and 2; none on other systems."""
    for number, controllers, path in _cgroups():
        if number != "0" and "memory" not in controllers.split(","):
            continue
        root, name = (Path("/sys/fs/cgroup"), "memory.max")
        if number != "0":
            root, name = root / "memory", "memory.limit_in_bytes"
        for group in (PurePosixPath(path), *PurePosixPath(path).parents):
            try:
                text = (root / group.relative_to("/") / name).read_text().strip()
            except (OSError, ValueError):
                continue
            if text.isdecimal():
                yield int(text)


def _cgroups() -> list[list[str]]:
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    return [line.split(":", 2) for line in lines if line.count(":") >= 2]
