"""The processor time and memory that this process and its child processes have used."""

import resource
import sys
from dataclasses import dataclass

_KILOBYTE = 1024 if sys.platform == "darwin" else 1  # ru_maxrss is in bytes on macOS and in kB on Linux


@dataclass(frozen=True)
class Cost:
    """Processor minutes, summed over all cores, and the peak memory of one process in MB."""

    cpu_minutes: float
    peak_memory_mb: float

    def since(self, start: "Cost") -> "Cost":
        """Subtract the processor minutes of `start`; the peak memory stays that of the whole process."""
        return Cost(self.cpu_minutes - start.cpu_minutes, self.peak_memory_mb)


def current_cost() -> Cost:
    """Read the cost so far from the operating system."""
    usage = [resource.getrusage(target) for target in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(used.ru_utime + used.ru_stime for used in usage)
    return Cost(seconds / 60, max(used.ru_maxrss for used in usage) / _KILOBYTE / 1024)
