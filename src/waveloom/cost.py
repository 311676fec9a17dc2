"""What a piece of work cost this process and its children."""

import resource
import sys
from dataclasses import dataclass

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
