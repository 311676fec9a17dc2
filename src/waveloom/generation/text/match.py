"""Find the label that a text means, and which of the label's stored sounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from waveloom.generation.request import RequestError
from waveloom.generation.text import sentence_embedding
from waveloom.generation.text.label_names import LabelNames, contains_name, label_names, singular, with_number_words
from waveloom.generation.text.similarity import MIN_SIMILARITY, choose_description, name_similarities


@dataclass(frozen=True)
class Match:
    """The label that a text means.

    `matched_by` is `name` (the text is a name of the label), `named` (it contains one) or `meaning`. `similarity` is
    the cosine of text and label, 1 for a name; `runner_up` is the second most similar label with its cosine.
    `description` is the description of the label's stored sounds that the text means, with its cosine; "" for all.
    """

    text: str
    label: str
    similarity: float
    matched_by: str
    runner_up: tuple[str, float] | None = None
    description: str = ""
    description_similarity: float = 0.0

    @property
    def summary(self) -> str:
        """One line on what the text was matched with, and on the runner-up."""
        description = f"; of these {_scored(self.description, self.description_similarity)}" if self.description else ""
        if self.matched_by == "name":
            return f"{self.text}: {self.label} (by name){description}"
        score = f"{self.similarity:.2f}{', named' if self.matched_by == 'named' else ''}"
        runner_up = f", then {_scored(*self.runner_up)}" if self.runner_up else ""
        return f"{self.text}: {self.label} ({score}){runner_up}{description}"


def match_label(text: str, labels: Sequence[str], descriptions: Mapping[str, tuple[str, ...]] | None = None) -> Match:
    """Choose the label that `text` means, and one of its `descriptions` if it means one.

    RequestError if it means no label; InputError if it needs a package that is not installed.
    """
    # Join lines, and replace undecodable bytes by "?".
    text = " ".join(text.encode(errors="replace").decode().split())
    if not any(labels):
        raise RequestError("text", f"is {text!r}, but this generator was trained without labels; leave it out.")
    if not singular(text):
        raise RequestError("text", f"is {text!r}, which has no words; describe a sound, such as {labels[0]!r}.")
    names = label_names(labels, descriptions)
    match = _match_label(text, names)
    description, similarity = choose_description(with_number_words(text, labels), names[match.label])
    return replace(match, description=description, description_similarity=similarity)


def _match_label(text: str, names: Mapping[str, LabelNames]) -> Match:
    if label := _by_name(text, names):
        return Match(text, label, 1.0, "name")
    if sentence_embedding.missing():
        raise RequestError(
            "text",
            f"is {_quoted(text)}, which is not the name of a label; other wording needs pip install 'waveloom[text]'. "
            f"Names are: {', '.join(names)}.",
        )
    return _by_meaning(text, names)


def _by_name(text: str, names: Mapping[str, LabelNames]) -> str:
    """Find the only label with this name, instrument or description; "" if there is none, or more than one."""
    if text in names:
        return text
    wanted = singular(with_number_words(text, list(names)))
    for group in (lambda it: it.own, lambda it: it.instruments, lambda it: it.descriptions):
        found = [label for label in names if wanted in map(singular, group(names[label]))]
        if len(found) == 1:
            return found[0]
    return ""


def _by_meaning(text: str, names: Mapping[str, LabelNames]) -> Match:
    """Take the most similar label, preferring labels that the text names; RequestError if none is similar enough."""
    spelled = with_number_words(text, list(names)).strip()
    similar = {label: float(max(name_similarities(spelled, it))) for label, it in names.items()}
    named = {label for label in names if any(contains_name(spelled, name) for name in names[label].all)}
    first, *others = sorted(names, key=lambda label: (label not in named, -similar[label]))
    if similar[first] < MIN_SIMILARITY:
        nearest = ", ".join(f"{label} ({similar[label]:.3f})" for label in (first, *others)[:3])
        raise RequestError(
            "text",
            f"is {_quoted(text)}, which resembles no label of this generator; nearest are {nearest}, and at least "
            f"{MIN_SIMILARITY} is needed. Use other words, or one of the labels: {', '.join(names)}.",
        )
    runner_up = (others[0], similar[others[0]]) if others else None
    return Match(text, first, similar[first], "named" if first in named else "meaning", runner_up)


def _quoted(text: str) -> str:
    return repr(text) if len(text) <= 80 else f"{text[:80]!r}…"


def _scored(label: str, similarity: float) -> str:
    return f"{label} ({similarity:.2f})"
