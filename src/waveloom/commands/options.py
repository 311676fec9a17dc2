"""Options that several commands share, and the examples at the end of a command's help."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from waveloom.generation.generator import Generator

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs (default: text for people).")]
ModelAddress = Annotated[
    str,
    typer.Option(
        "--model",
        help="Generator: a folder (trained or exported), runs:/…, models:/… or dvc:… (default: the project's own).",
        show_default=False,
    ),
]


def examples(*commands: str) -> str:
    """Write example command lines for the end of a command's help."""
    return "\n\n".join(["Examples:", *commands])


def load_generator(address: str, project: Path) -> "Generator":
    """Load the generator at an address as `generation.load` does; "" is the project's own."""
    from waveloom.generation.load import load
    from waveloom.project.models import located

    return load(*located(address, project))
