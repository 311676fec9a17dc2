"""What the command `kedro` imports in this project before it carries out a command: it adds none of its own.

Hooks of a run begin only after Kedro has read the options of the command.
"""

from pathlib import Path

import click

from waveloom.hooks import PlainErrors
from waveloom.memory_limit import continue_in_child_if_memory_is_limited

cli = click.Group("waveloom")

continue_in_child_if_memory_is_limited()
PlainErrors.begin(Path())
