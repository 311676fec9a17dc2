"""The names that a text may use for a label."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from waveloom.generation.text.general_midi import families
from waveloom.generation.text.number_words import digits_to_words


class LabelNames(NamedTuple):
    """The label's `own` names and its `instruments`, both as `plain` writes them.

    `descriptions` are the corpus's texts, unchanged, of the label's sounds that the generator stores.
    """

    own: tuple[str, ...]
    instruments: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Own names, then instruments."""
        return self.own + self.instruments


def label_names(
    labels: Sequence[str], descriptions: Mapping[str, tuple[str, ...]] | None = None
) -> Mapping[str, LabelNames]:
    """Name each label: `Violin_or_fiddle` is a violin and a fiddle, `7` is seven, a reed of General MIDI an oboe."""
    own = {label: _own(with_number_words(label, labels)) for label in labels}
    of_midi = all(set(names) <= set(families()) for names in own.values())
    return {
        label: LabelNames(names, families()[names[0]] if of_midi else (), (descriptions or {}).get(label, ()))
        for label, names in own.items()
    }


def with_number_words(text: str, labels: Sequence[str]) -> str:
    """Replace digits in `text` by words if any of the labels is a number."""
    return digits_to_words(text) if any(label.isdecimal() for label in labels) else text


def plain(text: str) -> str:
    """Remove capitals and punctuation: `Dog_bark` becomes "dog bark"."""
    return " ".join(re.sub(r"[\W_]+", " ", text).lower().split())


def singular(text: str) -> str:
    """Write plainly and, as far as spelling rules go, in the singular: "Dogs bark" becomes "dog bark"."""
    return " ".join(_singular(word) for word in plain(text).split())


def contains_name(text: str, name: str) -> bool:
    """Whether a text contains a name, in singular or plural."""
    return bool(singular(name)) and f" {singular(name)} " in f" {singular(text)} "


def _own(label: str) -> tuple[str, ...]:
    parts = (plain(part) for part in re.split(r"[\W_]or[\W_]", label))
    return tuple(part for part in parts if part) or (label,)


def _singular(word: str) -> str:
    if len(word) < 4 or word.endswith("ss"):
        return word
    return re.sub(r"(?<=ch|sh|ss)es$|(?<=x)es$|s$", "", re.sub(r"ies$", "y", word))
