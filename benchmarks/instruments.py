"""How often words call the instrument to mind that they mean, on paraphrases in tests/generation/text/instruments.yml.

    python benchmarks/instruments.py [MODEL]      a loom trained on the default corpus, by default the project's own

`told`: without the instrument's name; `named`: with it among other words. Before: by labels alone. After: by the
descriptions of the remembered sounds too. `family`: share of paraphrases that reach their label. `sounds`: share of the
sounds called to mind that are of the instrument meant, the mean over paraphrases; before, it is chance within the
family. What each was taken for goes to the standard error.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from waveloom.config.errors import InputError
from waveloom.generation.text import match
from waveloom.ingest.corpora._font import FAMILIES
from waveloom.ingest.corpora._instruments import drums, programs
from waveloom.models.descriptions import descriptions_by_label, stored_positions

ROOT = Path(__file__).parents[1]
PHRASES = YAML(typ="safe").load(ROOT / "tests/generation/text/instruments.yml")
LABELS = dict.fromkeys(drums().values(), "drums") | {name: FAMILIES[n // 8] for n, name in enumerate(programs())}


def main(folder: str = str(ROOT / "data/04_models/generator")) -> None:
    spec = json.loads(Path(folder, "model.json").read_text())
    held = {text for texts in descriptions_by_label(spec).values() for text in texts}
    print("instrument | remembered | paraphrases | family before | after | sounds before | after")
    for way, instruments in PHRASES.items():
        rows = [judged(spec, phrase, name) for name, phrases in instruments.items() for phrase in phrases]
        for there in (True, False):
            some = [row for row in rows if (row[0] in held) == there]
            means = " | ".join(f"{value:.2f}" for value in np.mean([row[2:] for row in some], axis=0))
            print(f"{way} | {'yes' if there else 'no'} | {len(some)} | {means}")
        answers = [f"  {name if name in held else f'({name})'}: {said}" for name, said, *_ in rows]
        print("\n".join(answers), file=sys.stderr)


def judged(spec: dict[str, Any], phrase: str, instrument: str) -> tuple[str, str, bool, bool, float, float]:
    """Give instrument and answer; then, before and after, whether the family is right and the share of right sounds."""
    before, _ = answer(spec, phrase, {})
    after, said = answer(spec, phrase, descriptions_by_label(spec))
    right = LABELS[instrument]
    families = (before[0] == right, after[0] == right)
    return (instrument, said, *families, share(spec, *before, instrument), share(spec, *after, instrument))


def answer(spec: dict[str, Any], phrase: str, described: dict[str, tuple[str, ...]]) -> tuple[tuple[str, str], str]:
    """Give label and description found, "" for an error, and the answer in words."""
    try:
        found = match.match_label(phrase, spec["labels"], described)
        return (found.label, found.description), found.sentence
    except InputError as error:
        return ("", ""), str(error)


def share(spec: dict[str, Any], label: str, description: str, instrument: str) -> float:
    """Share of the sounds called to mind that are of the instrument."""
    if instrument not in descriptions_by_label(spec).get(label, ()):
        return 0.0
    right, count = stored_positions(spec, label, instrument)
    return len(right) / count if not description else float(description == instrument)


if __name__ == "__main__":
    main(*sys.argv[1:])
