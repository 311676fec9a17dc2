"""How near some words are in meaning to a label, and to what is said of its sounds."""

from collections.abc import Sequence

import numpy as np

from waveloom.generation.text import sentences
from waveloom.generation.text.names import Names, has_in_it, plain, singular

TEMPLATES = ("a {} sound", "a {} playing", "the sound of {}")  # chosen on paraphrases: docs/how-to/text.md
# Similarity below which words resemble nothing: so are nine of ten unrelated captions, and one of twenty right ones.
ENOUGH = 0.30
A_NAME = 4  # words; a description that is longer is a caption, which stands for itself
CLEAR = 0.1  # by which one description must be nearer to the words than the others of its label usually are


def similarities(words: str, called: Names) -> np.ndarray:
    """Compare with all that a label is called, and then with its descriptions: cosines, -1 to 1."""
    return _compared(words, [*map(_name, called.all), *map(_description, called.described)])


def described_as(words: str, called: Names) -> tuple[str, float]:
    """Choose the description that `words` mean of those that a label has, with its cosine; "" if they mean them all.

    Words that are the label's own name mean all; words that are a description, or have one in them, mean that one. By
    meaning one is meant that is no less near than the label's own name, so that the words say more than the label does,
    and clearly nearer than the median of the others, so that they say it of this one.
    """
    asked = singular(words)
    if not called.described or asked in map(singular, called.own):
        return "", 0.0
    if same := [text for text in called.described if singular(text) == asked]:
        return same[0], 1.0
    if sentences.missing():
        return "", 0.0
    return _nearest(words, called)


def _nearest(words: str, called: Names) -> tuple[str, float]:
    near = _compared(words, [_description(text) for text in called.described])
    named = np.array([has_in_it(words, text) for text in called.described])
    best = int(np.where(named, near + 2, near).argmax())
    others = np.delete(near, best)
    label = _compared(words, [_name(name) for name in called.own]).max()
    clearly = near[best] >= max(ENOUGH, label, np.median(others) + CLEAR if len(others) else -1)
    return (called.described[best], float(near[best])) if named[best] or clearly else ("", 0.0)


def _compared(words: str, meanings: Sequence[np.ndarray]) -> np.ndarray:
    (meaning,) = sentences.embed([words])
    return np.stack(meanings) @ meaning


def _name(name: str) -> np.ndarray:
    """Average a name over the templates: (384,), of length 1."""
    mean = sentences.embed([template.format(name) for template in TEMPLATES]).mean(axis=0)
    return mean / np.linalg.norm(mean)


def _description(text: str) -> np.ndarray:
    return _name(plain(text)) if len(text.split()) <= A_NAME else sentences.embed([text], cut=True)[0]
