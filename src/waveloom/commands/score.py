"""`waveloom score`: generated sounds against real ones, in any two folders."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waveloom.commands.options import AsJson, examples

if TYPE_CHECKING:
    from waveloom.evaluation.folder_scores import FolderScores

EXAMPLES = examples(
    "waveloom score recordings generated",
    "waveloom score recordings generated --metric all --embedding mfcc --json",
)
FILES = 5  # left out, printed at most; --json has all


Real = Annotated[Path, typer.Argument(help="Folder with real sounds, at least four, better some hundred.")]
Generated = Annotated[Path, typer.Argument(help="Folder with generated sounds, at least two.")]
Metrics = Annotated[
    list[str] | None,
    typer.Option(
        help="Metric to compute, or all; repeat for several (default: the headline numbers).", show_default=False
    ),
]
Embeddings = Annotated[
    list[str] | None,
    typer.Option(
        help="Embedding to compare in; repeat for several (default: all that are installed).", show_default=False
    ),
]
Training = Annotated[
    Path | None,
    typer.Option(
        help="Folder with the training sounds, which metrics of copies need (default: none).", show_default=False
    ),
]
Rate = Annotated[
    int | None,
    typer.Option(help="Sample rate of the comparison in Hz (default: that of most real files).", show_default=False),
]
Seconds = Annotated[
    float | None,
    typer.Option(
        help="Length that sounds are cut to, or extended to with silence (default: median of the real files, at most "
        "10).",
        show_default=False,
    ),
]
Count = Annotated[int, typer.Option(help="Files read of each folder, at most, chosen at random.")]
Seed = Annotated[int, typer.Option(help="Seed of every random choice.")]


def score(
    real: Real,
    generated: Generated,
    metric: Metrics = None,
    embedding: Embeddings = None,
    training: Training = None,
    rate: Rate = None,
    seconds: Seconds = None,
    count: Count = 512,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Score generated sounds against real ones, with a floor and 95% confidence intervals.

    Half of the real sounds are the reference; the others are scored like the generated ones, which gives the floor:
    the best that can be expected. All sounds are compared in mono, at one rate and one length.
    """
    from waveloom.config.checked import read_config
    from waveloom.evaluation.folder_scores import Score, score_folders

    chosen = {name: value for name, value in (("metrics", metric), ("embeddings", embedding)) if value}
    tree = {"rate": rate, "seconds": seconds, "count": count, "seed": seed, **chosen}
    scores = score_folders(real, generated, read_config(Score, tree, "score"), training)
    if as_json:
        typer.echo(json.dumps(_record(scores), allow_nan=False))
    else:
        _show(scores)


def _record(scores: "FolderScores") -> dict[str, Any]:
    """The table as rows, null for what was not measured, and what it was computed from."""
    table = scores.table.astype(object).where(scores.table.notna(), None)
    return {
        "scores": table.to_dict("records"),
        "rate_hz": scores.form.rate_hz,
        "seconds": scores.form.seconds,
        "sizes": scores.sizes,
        "left_out": scores.left_out,
    }


def _show(scores: "FolderScores") -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    sizes = scores.sizes
    counts = f"{sizes['generated']} generated sounds, {sizes['real']} real ones, {sizes['floor']} others as the floor"
    table = Table(box=SIMPLE_HEAD)
    for name in ("metric", "space", "generated", "floor", "better"):
        table.add_column(name, justify="right" if name in ("generated", "floor") else "left", no_wrap=True)
    for row in scores.table.to_dict("records"):
        generated, floor = _cell(row["generated"], row["margin"]), _cell(row["floor"], row["floor_margin"])
        table.add_row(row["metric"], row["space"], generated, floor, row["better"])
    console = Console()
    console.print(f"{counts}; {scores.form.rate_hz} Hz, {scores.form.seconds:.3g} s", highlight=False)
    console.print(table)
    for note in dict.fromkeys(note for note in scores.table["note"] if note):
        console.print(note, markup=False)
    for file, reason in list(scores.left_out.items())[:FILES]:
        console.print(f"Left out: {file} ({reason})", markup=False)
    if len(scores.left_out) > FILES:
        console.print(f"and {len(scores.left_out) - FILES} more")


def _cell(value: float, margin: float) -> str:
    if value != value:  # NaN
        return "-"
    return f"{value:.3g}" if margin != margin else f"{value:.3g} ± {margin:.2g}"
