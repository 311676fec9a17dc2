"""Validate the metrics: known distortions of real sounds, other implementations, and the number of sounds.

    [WAVELOOM_REAL_DATA=<folder of fsdd, esc10, fsdkaggle2018>] python benchmarks/validate_metrics.py [part …]

A part is `default` or one of the real sets (distortions of it), `inaudible` (inaudible changes of all sets), `code`
(other implementations), or `sizes` (curves); by default all. Each writes its file into
docs/explanation/metric-validation/; then the tables of docs/explanation/metric-validation.md are written from all
files there. Clips and embeddings are cached in .embeddings/validation, so that a stopped run resumes.
"""

import sys
from pathlib import Path

import pandas as pd
from validation import corpora, curves, inaudible, independent, pages
from validation.measure import measure

DOCS = corpora.PROJECT / "docs" / "explanation"
FILES = DOCS / "metric-validation"
CACHE = corpora.PROJECT / ".embeddings" / "validation"


def main(parts: list[str]) -> None:
    FILES.mkdir(exist_ok=True)
    for part in parts or [*corpora.names(), "inaudible", "code", "sizes"]:
        print(part, flush=True)
        PARTS.get(part, degradations)(part)
    pages.put(DOCS / "metric-validation.md", pages.all_tables(FILES))


def degradations(corpus: str) -> None:
    table = measure(corpus, corpora.clips(corpus, CACHE / "corpora"), CACHE / "embeddings")
    _save(FILES / f"harm-{corpus}.csv", table.to_csv(index=False, float_format="%.6g"))


def inaudible_changes(_: str) -> None:
    stores = {corpus: corpora.clips(corpus, CACHE / "corpora") for corpus in corpora.names()}
    table = pd.concat([inaudible.measure(corpus, store, CACHE / "embeddings") for corpus, store in stores.items()])
    _save(FILES / "inaudible.csv", table.to_csv(index=False, float_format="%.6g"))


def code(_: str) -> None:
    table = independent.compare(corpora.clips("default", CACHE / "corpora"), CACHE / "embeddings")
    _save(FILES / "code.csv", table.to_csv(index=False, float_format="%.9g"))


def sizes(_: str) -> None:
    table = curves.measure(corpora.clips("more keys", CACHE / "corpora"), CACHE / "embeddings")
    _save(FILES / "sizes.csv", table.to_csv(index=False, float_format="%.6g"))
    curves.draw(table, FILES / "sizes.svg")


PARTS = {"inaudible": inaudible_changes, "code": code, "sizes": sizes}


def _save(file: Path, text: str) -> None:
    temporary = file.with_suffix(".partial")
    temporary.write_text(text)
    temporary.replace(file)


if __name__ == "__main__":
    main(sys.argv[1:])
