"""How often a text selects sounds of the intended instrument, on paraphrases in tests/generation/text/instruments.yml.

    python benchmarks/instruments.py [MODEL]      a `loom` model of the default corpus (default: the project's)

`paraphrased`: without the instrument's name; `named`: with it among other words. Before: matched by labels only. After:
also by the descriptions of the stored spectrograms. `family`: share of paraphrases that match their label. `sounds`:
share of the selected sounds that are of the intended instrument, mean over paraphrases; before, it is chance in the
family. The match of each paraphrase is printed on standard error.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from waveloom.config.errors import InputError
from waveloom.generation.text import match
from waveloom.ingest.corpora._instrument_names import drum_names, program_names
from waveloom.ingest.corpora._soundfont import FAMILIES
from waveloom.models.descriptions import descriptions_by_label, stored_positions

ROOT = Path(__file__).parents[1]
PHRASES = YAML(typ="safe").load(ROOT / "tests/generation/text/instruments.yml")
LABELS = dict.fromkeys(drum_names().values(), "drums") | {
    name: FAMILIES[n // 8] for n, name in enumerate(program_names())
}


def main(folder: str = str(ROOT / "data/04_models/generator")) -> None:
    spec = json.loads(Path(folder, "model.json").read_text())
    stored = {text for texts in descriptions_by_label(spec).values() for text in texts}
    print("instrument | stored | paraphrases | family before | after | sounds before | after")
    for way, instruments in PHRASES.items():
        rows = [evaluated(spec, phrase, name) for name, phrases in instruments.items() for phrase in phrases]
        for there in (True, False):
            some = [row for row in rows if (row[0] in stored) == there]
            means = " | ".join(f"{value:.2f}" for value in np.mean([row[2:] for row in some], axis=0))
            print(f"{way} | {'yes' if there else 'no'} | {len(some)} | {means}")
        answers = [f"  {name if name in stored else f'({name})'}: {sentence}" for name, sentence, *_ in rows]
        print("\n".join(answers), file=sys.stderr)


def evaluated(spec: dict[str, Any], phrase: str, instrument: str) -> tuple[str, str, bool, bool, float, float]:
    """Give instrument and answer; then, before and after, whether the family is right and the share of right sounds."""
    before, _ = answer(spec, phrase, {})
    after, sentence = answer(spec, phrase, descriptions_by_label(spec))
    right = LABELS[instrument]
    families = (before[0] == right, after[0] == right)
    return (instrument, sentence, *families, share(spec, *before, instrument), share(spec, *after, instrument))


def answer(spec: dict[str, Any], phrase: str, described: dict[str, tuple[str, ...]]) -> tuple[tuple[str, str], str]:
    """Give the matched label and description ("" for an error) and the message."""
    try:
        found = match.match_label(phrase, spec["labels"], described)
        return (found.label, found.description), found.sentence
    except InputError as error:
        return ("", ""), str(error)


def share(spec: dict[str, Any], label: str, description: str, instrument: str) -> float:
    """Give the share of the selected sounds that are of the instrument."""
    if instrument not in descriptions_by_label(spec).get(label, ()):
        return 0.0
    right, count = stored_positions(spec, label, instrument)
    return len(right) / count if not description else float(description == instrument)


if __name__ == "__main__":
    main(*sys.argv[1:])
