"""How far a training is, its losses and the time left: a bar on a terminal, else a line now and then."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

SECONDS_BETWEEN_LINES = 5.0

Report = Callable[[int, float, Mapping[str, float]], None]


@contextmanager
def progress(share: float, steps: int, console: Console | None = None) -> Iterator[Report]:
    """Give the function to call with each finished step of at most `steps`, the share that is over, and its losses.

    Shares go from 0 to 1, and begin at `share`.
    """
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield _lines(share, steps, console)
        return
    columns = (TextColumn("training"), BarColumn(), TextColumn("{task.fields[now]}"))
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("training", total=1.0, now="")
        bar.update(task, completed=share)
        yield lambda step, over, losses: bar.update(task, completed=over, now=described(step, steps, losses))


def described(step: int, steps: int, losses: Mapping[str, float]) -> str:
    """Write "step 3 of 4, discriminator 0.69, generator 1.20"."""
    values = (f", {name.removesuffix('_loss')} {value:.2f}" for name, value in losses.items())
    return f"step {step} of {steps}{''.join(values)}"


def spelled(seconds: float) -> str:
    """Write a duration as one reads it: "95 s", "12 min", "3.5 h"."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _lines(begun: float, steps: int, console: Console) -> Report:
    start = last = monotonic()

    def report(step: int, share: float, losses: Mapping[str, float]) -> None:
        nonlocal last
        now = monotonic()
        if share == 1 or now - last >= SECONDS_BETWEEN_LINES:
            left = (now - start) * (1 - share) / max(share - begun, 1e-9)
            said = f"training: {described(step, steps, losses)}, {spelled(left)} left"
            console.print(said, highlight=False, soft_wrap=True)
            last = now

    return report
