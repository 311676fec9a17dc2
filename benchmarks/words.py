"""How often a text matches the intended label or is refused, on paraphrases in tests/generation/text/phrases.yml.

    python benchmarks/words.py                    held-out paraphrases, not used for any choice
    python benchmarks/words.py development        paraphrases on which templates and threshold were chosen

`closed`: matched by name only, as without the extra `text`. `bare`: the label whose bare name is nearest in the text
embedding. `nearest`: the nearest with templates, names in the text and the instruments of General MIDI. Then, with the
threshold: matched, matched to another label, refused; and unrelated captions refused.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

from ruamel.yaml import YAML

from waveloom.config.errors import InputError
from waveloom.generation.text import match, sentence_embedding, similarity
from waveloom.generation.text.label_names import LabelNames, label_names

PHRASES = YAML(typ="safe").load(Path(__file__).parents[1] / "tests/generation/text/phrases.yml")
SETS = {name: labels for name, labels in PHRASES.items() if name != "unrelated"}
THRESHOLDS = (0.20, 0.25, 0.30, 0.35, 0.40)


def main(part: str = "held_out") -> None:
    print("set | labels | phrases | chance | closed | bare | nearest | matched | wrong | refused | unrelated refused")
    scores: list[tuple[bool, float]] = []
    unrelated_scores: list[float] = []
    for name, labels in SETS.items():
        pairs = [(phrase, label) for label, parts in labels.items() for phrase in parts[part]]
        known = list(labels)
        with patch.object(sentence_embedding, "missing", lambda: True):
            closed = sum(answer(phrase, known) == label for phrase, label in pairs)
        with patch.object(match, "ENOUGH", -1.0):
            found = [match.match_label(phrase, known) for phrase, _ in pairs]
            unrelated = [match.match_label(phrase, known).similarity for phrase in PHRASES["unrelated"][part]]
            with patch.object(similarity, "TEMPLATES", ("{}",)), patch.object(match, "label_names", bare):
                plain = sum(match.match_label(phrase, known).label == label for phrase, label in pairs)
        right = [(it.label == label, it.similarity) for it, (_, label) in zip(found, pairs, strict=True)]
        count = len(pairs)
        shares = [1 / len(known), closed / count, plain / count, sum(ok for ok, _ in right) / count, *split(right)]
        refused = share(unrelated, match.MIN_SIMILARITY)
        print(f"{name} | {len(known)} | {count} | " + " | ".join(f"{value:.2f}" for value in (*shares, refused)))
        scores += right
        unrelated_scores += unrelated
    print("\nthreshold | unrelated refused | right paraphrases refused | wrong ones refused")
    for enough in THRESHOLDS:
        rows = [unrelated_scores, [score for ok, score in scores if ok], [score for ok, score in scores if not ok]]
        print(f"{enough:.2f} | " + " | ".join(f"{share(row, enough):.3f}" for row in rows))


def answer(phrase: str, known: list[str]) -> str:
    """Give the matched label, "" for an error."""
    try:
        return match.match_label(phrase, known).label
    except InputError:
        return ""


def bare(labels: list[str], described: None) -> Mapping[str, LabelNames]:
    """Name each label only by its own first name."""
    return {label: LabelNames(called.own[:1]) for label, called in label_names(labels).items()}


def split(right: list[tuple[bool, float]]) -> tuple[float, float, float]:
    """Give the shares matched to their label, matched to another, and refused."""
    enough = [ok for ok, score in right if score >= match.MIN_SIMILARITY]
    return sum(enough) / len(right), (len(enough) - sum(enough)) / len(right), 1 - len(enough) / len(right)


def share(scores: list[float], enough: float) -> float:
    return sum(score < enough for score in scores) / max(1, len(scores))


if __name__ == "__main__":
    main(*sys.argv[1:])
