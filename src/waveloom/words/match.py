"""Which label is meant by some words, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from waveloom.errors import InputError
from waveloom.words import sentences
from waveloom.words.names import Names, names, said, singular

TEMPLATES = ("a {} sound", "a {} playing", "the sound of {}")  # chosen on paraphrases: docs/how-to/words.md
# Similarity below which words resemble no label: so are nine of ten unrelated captions, and one of twenty right ones.
ENOUGH = 0.30


@dataclass(frozen=True)
class Match:
    """A label for some words.

    `how`: `name` (the words are its name), `named` (they have its name in them) or `meaning`. `similarity`: the cosine
    of their meanings, 1 for a name; `second` is the label that comes next, with its own, or none.
    """

    words: str
    label: str
    similarity: float
    how: str
    second: tuple[str, float] | None = None

    @property
    def sentence(self) -> str:
        """Tell what the words were taken for, and what came next."""
        if self.how == "name":
            return f"{self.words}: {self.label} (by name)"
        sure = f"{self.similarity:.2f}{', named' if self.how == 'named' else ''}"
        then = f", then {_scored(self.second)}" if self.second else ""
        return f"{self.words}: {self.label} ({sure}){then}"


def find(words: str, labels: Sequence[str]) -> Match:
    """Choose the label that `words` mean; InputError if they mean none, or if it takes what is not installed."""
    if not labels:
        raise InputError("This generator was trained without labels, so words cannot steer it; leave --words out.")
    words = " ".join(words.encode(errors="replace").decode().split())  # on one line, bytes that are no text as "?"
    if not singular(words):
        raise InputError(f"The words are {words!r}, which says nothing; say what to make, such as {labels[0]!r}.")
    known = names(labels)
    if named := _by_name(words, known):
        return Match(words, named, 1.0, "name")
    if sentences.missing():
        raise InputError(
            f"{_quoted(words)} is not the name of a label, and other wording needs pip install 'waveloom[text]'. "
            f"Names are: {', '.join(labels)}."
        )
    return _by_meaning(words, known)


def _by_name(words: str, known: Mapping[str, Names]) -> str:
    """Find the one label of that name: as it is written, as its own, or as of its kind; "" for none, or several."""
    if words in known:
        return words
    asked = singular(said(words, list(known)))
    for called in (lambda label: known[label].own, lambda label: known[label].kinds):
        found = [label for label in known if asked in map(singular, called(label))]
        if len(found) == 1:
            return found[0]
    return ""


def _by_meaning(words: str, known: Mapping[str, Names]) -> Match:
    """Take the most similar label, first of those whose names are in the words; InputError if it is not enough."""
    meant = said(words, list(known)).strip()
    similar = _similarities(meant, known)
    named = {
        label for label in known if any(f" {singular(name)} " in f" {singular(meant)} " for name in known[label].all)
    }
    first, *others = sorted(known, key=lambda label: (label not in named, -similar[label]))
    if similar[first] < ENOUGH:
        nearest = ", ".join(f"{label} ({similar[label]:.3f})" for label in (first, *others)[:3])
        raise InputError(
            f"{_quoted(words)} resembles no label of this generator; nearest are {nearest}, and {ENOUGH} would be "
            f"enough. It knows: {', '.join(known)}. Say it otherwise, or name one with --label."
        )
    second = (others[0], similar[others[0]]) if others else None
    return Match(words, first, similar[first], "named" if first in named else "meaning", second)


def _similarities(words: str, known: Mapping[str, Names]) -> dict[str, float]:
    """Compare with each label by that name of it that is nearest: cosines, -1 to 1."""
    (meaning,) = sentences.embed([words])
    return {label: max(float(meaning @ _meaning(name)) for name in called.all) for label, called in known.items()}


def _meaning(name: str) -> np.ndarray:
    """Average a name over the templates: (384,), of length 1."""
    mean = sentences.embed([template.format(name) for template in TEMPLATES]).mean(axis=0)
    return mean / np.linalg.norm(mean)


def _quoted(words: str) -> str:
    return repr(words) if len(words) <= 80 else f"{words[:80]!r}…"


def _scored(label: tuple[str, float]) -> str:
    return f"{label[0]} ({label[1]:.2f})"
