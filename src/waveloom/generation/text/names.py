"""The names a label goes by."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from waveloom.generation.text.instruments import families
from waveloom.generation.text.numbers import spelled_out


class Names(NamedTuple):
    """What a label is called, and what is known to be of its kind; both as `plain` writes.

    `described` is what the corpus says, in its own spelling, of those of the label's sounds that a generator remembers.
    """

    own: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    described: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Its own first; what is known of it without a generator."""
        return self.own + self.kinds


def names(labels: Sequence[str], described: Mapping[str, tuple[str, ...]] | None = None) -> Mapping[str, Names]:
    """Name each label: `Violin_or_fiddle` is a violin and a fiddle, `7` is seven, a reed of General MIDI an oboe."""
    own = {label: _own(said(label, labels)) for label in labels}
    of_midi = all(set(known) <= set(families()) for known in own.values())
    return {
        label: Names(known, families()[known[0]] if of_midi else (), (described or {}).get(label, ()))
        for label, known in own.items()
    }


def _own(label: str) -> tuple[str, ...]:
    parts = (plain(part) for part in re.split(r"[\W_]or[\W_]", label))
    return tuple(part for part in parts if part) or (label,)


def said(words: str, labels: Sequence[str]) -> str:
    """Spell out the numbers in `words` if any of the labels is a number."""
    return spelled_out(words) if any(label.isdecimal() for label in labels) else words


def plain(text: str) -> str:
    """Write without capitals and signs: `Dog_bark` is "dog bark"."""
    return " ".join(re.sub(r"[\W_]+", " ", text).lower().split())


def singular(text: str) -> str:
    """Write plainly and, as well as spelling tells, in the singular: "Dogs bark" is "dog bark"."""
    return " ".join(_singular(word) for word in plain(text).split())


def has_in_it(words: str, name: str) -> bool:
    """Tell whether words have a name in them, in singular or plural."""
    return bool(singular(name)) and f" {singular(name)} " in f" {singular(words)} "


def _singular(word: str) -> str:
    if len(word) < 4 or word.endswith("ss"):
        return word
    return re.sub(r"(?<=ch|sh|ss)es$|(?<=x)es$|s$", "", re.sub(r"ies$", "y", word))
