"""Options that several commands share, and the examples at the end of a command's help."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from waveloom.config.errors import InputError

if TYPE_CHECKING:
    from waveloom.generation.generator import Generator
    from waveloom.generation.translator import Translator

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs (default: text for people).")]
ModelAddress = Annotated[
    str,
    typer.Option(
        "--model",
        help="Generator or translator: a folder (trained or exported), runs:/…, models:/… or dvc:… (default: the "
        "project's own).",
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


def load_translator(address: str, project: Path) -> "Translator":
    """Load the translator at an address as `generation.load_translator` does; "" is the project's own."""
    from waveloom.generation.load import load_translator
    from waveloom.project.models import located

    return load_translator(*located(address, project))


@contextmanager
def options_named_in_errors(option_of_field: Mapping[str, str]) -> Iterator[None]:
    """Replace the field of a request by the command's option in error messages."""
    from waveloom.generation.request import RequestError

    try:
        yield
    except RequestError as error:
        raise InputError(f"--{option_of_field.get(error.field, error.field)} {error.problem}") from error
