"""The memory that this process may use."""

import subprocess
import sys

from waveloom.execution.memory_limit import memory_limit


def test_the_memory_limit_is_that_of_ulimit():
    code = "from waveloom.execution.memory_limit import memory_limit; print(memory_limit())"
    limited = f"ulimit -v 4000000; exec {sys.executable} -c '{code}'"
    printed = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, check=True).stdout
    assert int(printed) == min(4_000_000 * 1024, memory_limit())
