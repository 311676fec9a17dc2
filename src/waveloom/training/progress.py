"""How far a training is, its losses and the time left: a bar on a terminal, else a line now and then."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

SECONDS_BETWEEN_LINES = 5.0

Report = Callable[[int, Mapping[str, float]], None]


@contextmanager
def progress(done: int, total: int, console: Console | None = None) -> Iterator[Report]:
    """Give the function to call with each finished step and its losses, starting after `done` of `total` steps."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield _lines(done, total, console)
        return
    columns = (TextColumn("training"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[losses]}"))
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("training", total=total, completed=done, losses="")
        yield lambda step, losses: bar.update(task, completed=step, losses=described(losses))


def described(losses: Mapping[str, float]) -> str:
    """Write losses as "critic 0.69, generator 1.20"."""
    return ", ".join(f"{name.removesuffix('_loss')} {value:.2f}" for name, value in losses.items())


def _lines(done: int, total: int, console: Console) -> Report:
    start = last = monotonic()

    def report(step: int, losses: Mapping[str, float]) -> None:
        nonlocal last
        now = monotonic()
        if step == total or now - last >= SECONDS_BETWEEN_LINES:
            left = (now - start) / (step - done) * (total - step)
            said = f"training: step {step} of {total}, {described(losses)}, {left:.0f} s left"
            console.print(said, highlight=False, soft_wrap=True)
            last = now

    return report
