"""The programs of a SoundFont that make up each domain."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from waveloom.config.errors import InputError
from waveloom.ingest.corpora._soundfont import SoundFont
from waveloom.ingest.corpora._soundfont_info import soundfont_presets

DRUM_BANK = 128
DOMAINS: dict[str, dict[str, tuple[int, ...]]] = {
    "pitched": {"piano": (0,), "organ": (16,), "strings": (48,), "brass": (61,)},
    "drums": {"acoustic": (0,), "electronic": (25,)},
}

Programs = dict[str, tuple[Annotated[int, Field(ge=0, le=127)], ...]]


def training_programs(kind: Literal["pitched", "drums"], domains: Programs) -> Programs:
    """Return the programs of each domain that play training pieces: those of the kind if `domains` is empty."""
    return domains or DOMAINS[kind]


def check_programs(
    programs: Mapping[str, tuple[int, ...]], test_programs: Mapping[str, tuple[int, ...]], strict: bool
) -> None:
    """Raise an InputError unless there are two domains, each with a program, and no test program plays in training.

    If `strict`, every domain needs a test program.
    """
    if len(programs) < 2:
        raise InputError(
            f"ingest.options.domains has one domain only, {next(iter(programs))!r}; a translation needs two or more."
        )
    for name, numbers in programs.items():
        if not numbers:
            raise InputError(f"ingest.options.domains.{name} has no program; give one or more, such as [48].")
    missing = [name for name in programs if strict and not test_programs.get(name)]
    if missing:
        raise InputError(
            f"ingest.options.strict is true, but test_programs has no program for {', '.join(missing)}; add one, or "
            "set strict to false."
        )
    for name, numbers in test_programs.items():
        if name not in programs:
            raise InputError(f"ingest.options.test_programs names {name!r}; the domains are {', '.join(programs)}.")
        if both := set(numbers) & set(programs[name]):
            raise InputError(
                f"ingest.options.test_programs.{name} has the program {min(both)}, which plays training pieces of that "
                "domain. Remove it from one of the two."
            )


def preset_name(font: SoundFont, program: int, kind: Literal["pitched", "drums"]) -> str:
    """Return the font's name of a program or drum kit; InputError if the font has no such preset."""
    bank = DRUM_BANK if kind == "drums" else 0
    names = {number: name for (at, number), name in soundfont_presets(font.content).items() if at == bank}
    if program not in names:
        what = "drum kit" if kind == "drums" else "program"
        raise InputError(
            f"ingest.options.domains has the {what} {program}, which the SoundFont lacks; it has "
            f"{', '.join(map(str, names)) or 'none'}."
        )
    return names[program]
