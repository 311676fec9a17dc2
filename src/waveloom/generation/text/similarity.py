"""How similar in meaning a text is to the names of a label and to the descriptions of its sounds."""

from collections.abc import Sequence

import numpy as np

from waveloom.generation.text import sentence_embedding
from waveloom.generation.text.label_names import LabelNames, contains_name, plain, singular

TEMPLATES = ("a {} sound", "a {} playing", "the sound of {}")  # chosen on paraphrases: docs/how-to/text.md
# Cosine below which a text matches no label; it rejects 90% of unrelated captions and 5% of correct ones.
MIN_SIMILARITY = 0.30
NAME_WORDS = 4  # longest description that is put into the templates; longer ones are embedded as they are
MIN_MARGIN = 0.1  # by which one description must be more similar to the text than the median of the label's others


def name_similarities(text: str, names: LabelNames) -> np.ndarray:
    """Compare a text with each name of a label, then with each of its descriptions: cosines, -1 to 1."""
    return _similarities(text, [*map(_name_vector, names.all), *map(_description_vector, names.descriptions)])


def choose_description(text: str, names: LabelNames) -> tuple[str, float]:
    """Choose the description of a label that a text means, with its cosine; "" if the text means all of them.

    The label's own name selects all; a text that equals or contains a description selects it. Otherwise a
    description is chosen if it is at least as similar as the label's own name (the text is more specific than the
    label) and clearly more similar than the median of the other descriptions (the text is specific to this one).
    """
    wanted = singular(text)
    if not names.descriptions or wanted in map(singular, names.own):
        return "", 0.0
    if same := [description for description in names.descriptions if singular(description) == wanted]:
        return same[0], 1.0
    if sentence_embedding.missing():
        return "", 0.0
    return _most_similar_description(text, names)


def _most_similar_description(text: str, names: LabelNames) -> tuple[str, float]:
    cosines = _similarities(text, [_description_vector(description) for description in names.descriptions])
    named = np.array([contains_name(text, description) for description in names.descriptions])
    best = int(np.where(named, cosines + 2, cosines).argmax())
    others = np.delete(cosines, best)
    label = _similarities(text, [_name_vector(name) for name in names.own]).max()
    limit = max(MIN_SIMILARITY, label, np.median(others) + MIN_MARGIN if len(others) else -1)
    chosen = named[best] or cosines[best] >= limit
    return (names.descriptions[best], float(cosines[best])) if chosen else ("", 0.0)


def _similarities(text: str, vectors: Sequence[np.ndarray]) -> np.ndarray:
    (vector,) = sentence_embedding.embed([text])
    return np.stack(vectors) @ vector


def _name_vector(name: str) -> np.ndarray:
    """Average the embeddings of a name in each template: (384,), of length 1."""
    mean = sentence_embedding.embed([template.format(name) for template in TEMPLATES]).mean(axis=0)
    return mean / np.linalg.norm(mean)


def _description_vector(text: str) -> np.ndarray:
    short = len(text.split()) <= NAME_WORDS
    return _name_vector(plain(text)) if short else sentence_embedding.embed([text], truncate=True)[0]
