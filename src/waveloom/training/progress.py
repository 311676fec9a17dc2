"""Display of a training's progress, losses and time left: a bar on a terminal, otherwise a line every few seconds."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

SECONDS_BETWEEN_LINES = 5.0

Report = Callable[[int, float, Mapping[str, float]], None]  # step, finished fraction (0 to 1), losses


@contextmanager
def progress(share: float, steps: int, console: Console | None = None) -> Iterator[Report]:
    """Yield the function to call after each of `steps` steps; `share` is the fraction finished before (0 to 1)."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield _lines(share, steps, console)
        return
    columns = (TextColumn("training"), BarColumn(), TextColumn("{task.fields[now]}"))
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("training", total=1.0, now="")
        bar.update(task, completed=share)
        yield lambda step, finished, losses: bar.update(task, completed=finished, now=summary(step, steps, losses))


def summary(step: int, steps: int, losses: Mapping[str, float]) -> str:
    """Write "step 3 of 4, discriminator loss 0.69, generator loss 1.20"."""
    values = (f", {name.replace('_', ' ')} {value:.2f}" for name, value in losses.items())
    return f"step {step} of {steps}{''.join(values)}"


def duration(seconds: float) -> str:
    """Write a duration in a readable unit: "95 s", "12 min", "3.5 h"."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _lines(first_share: float, steps: int, console: Console) -> Report:
    start = last = monotonic()

    def report(step: int, share: float, losses: Mapping[str, float]) -> None:
        nonlocal last
        now = monotonic()
        if share == 1 or now - last >= SECONDS_BETWEEN_LINES:
            left = (now - start) * (1 - share) / max(share - first_share, 1e-9)
            line = f"training: {summary(step, steps, losses)}, {duration(left)} left"
            console.print(line, highlight=False, soft_wrap=True)
            last = now

    return report
