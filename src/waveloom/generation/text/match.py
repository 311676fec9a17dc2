"""Which label is meant by some words, which of its remembered sounds, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from waveloom.config.errors import InputError
from waveloom.generation.text import sentences
from waveloom.generation.text.meaning import ENOUGH, described_as, similarities
from waveloom.generation.text.names import Names, has_in_it, names, said, singular


@dataclass(frozen=True)
class Match:
    """A label for some words.

    `how`: `name` (the words are its name), `named` (they have its name in them) or `meaning`. `similarity`: the cosine
    of their meanings, 1 for a name; `second` is the label that comes next, with its own, or none. `description` is that
    of the label's remembered sounds which is meant, with its likeness to the words; "" means all of them.
    """

    words: str
    label: str
    similarity: float
    how: str
    second: tuple[str, float] | None = None
    description: str = ""
    likeness: float = 0.0

    @property
    def sentence(self) -> str:
        """Tell what the words were taken for, and what came next."""
        of_these = f"; of these {_scored((self.description, self.likeness))}" if self.description else ""
        if self.how == "name":
            return f"{self.words}: {self.label} (by name){of_these}"
        sure = f"{self.similarity:.2f}{', named' if self.how == 'named' else ''}"
        then = f", then {_scored(self.second)}" if self.second else ""
        return f"{self.words}: {self.label} ({sure}){then}{of_these}"


def find(words: str, labels: Sequence[str], described: Mapping[str, tuple[str, ...]] | None = None) -> Match:
    """Choose the label that `words` mean, and one of the descriptions that it has in `described`, if one is meant.

    InputError if they mean no label, or if it takes what is not installed.
    """
    if not any(labels):
        raise InputError("This generator was trained without labels, so words cannot steer it; leave --words out.")
    words = " ".join(words.encode(errors="replace").decode().split())  # on one line, bytes that are no text as "?"
    if not singular(words):
        raise InputError(f"The words are {words!r}, which says nothing; say what to make, such as {labels[0]!r}.")
    known = names(labels, described)
    match = _label(words, known)
    description, likeness = described_as(said(words, labels), known[match.label])
    return replace(match, description=description, likeness=likeness)


def _label(words: str, known: Mapping[str, Names]) -> Match:
    if named := _by_name(words, known):
        return Match(words, named, 1.0, "name")
    if sentences.missing():
        raise InputError(
            f"{_quoted(words)} is not the name of a label, and other wording needs pip install 'waveloom[text]'. "
            f"Names are: {', '.join(known)}."
        )
    return _by_meaning(words, known)


def _by_name(words: str, known: Mapping[str, Names]) -> str:
    """Find the one label of that name: as written, its own, of its kind, or of a sound; "" for none, or several."""
    if words in known:
        return words
    asked = singular(said(words, list(known)))
    for called in (lambda name: name.own, lambda name: name.kinds, lambda name: name.described):
        found = [label for label in known if asked in map(singular, called(known[label]))]
        if len(found) == 1:
            return found[0]
    return ""


def _by_meaning(words: str, known: Mapping[str, Names]) -> Match:
    """Take the most similar label, first of those whose names are in the words; InputError if it is not enough."""
    meant = said(words, list(known)).strip()
    similar = {label: float(max(similarities(meant, called))) for label, called in known.items()}
    named = {label for label in known if any(has_in_it(meant, name) for name in known[label].all)}
    first, *others = sorted(known, key=lambda label: (label not in named, -similar[label]))
    if similar[first] < ENOUGH:
        nearest = ", ".join(f"{label} ({similar[label]:.3f})" for label in (first, *others)[:3])
        raise InputError(
            f"{_quoted(words)} resembles no label of this generator; nearest are {nearest}, and {ENOUGH} would be "
            f"enough. It knows: {', '.join(known)}. Say it otherwise, or name one with --label."
        )
    second = (others[0], similar[others[0]]) if others else None
    return Match(words, first, similar[first], "named" if first in named else "meaning", second)


def _quoted(words: str) -> str:
    return repr(words) if len(words) <= 80 else f"{words[:80]!r}…"


def _scored(label: tuple[str, float]) -> str:
    return f"{label[0]} ({label[1]:.2f})"
