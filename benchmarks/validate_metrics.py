"""Prove the metrics: known harm to real sounds, other people's code, and what the number of sounds does.

    [WAVELOOM_REAL_DATA=<folder of fsdd, esc10, fsdkaggle2018>] python benchmarks/validate_metrics.py [part …]

A part is `default` or one of the real sets (harm done to it), `inaudible` (inaudible changes of all of them),
`code` (other implementations), or `sizes` (curves); all unless some are named. Each writes its file into
docs/explanation/metric-validation/, and then the tables of docs/explanation/metric-validation.md are drawn anew from
all files there. Clips and what embeddings heard in them are kept in .embeddings/validation, so that a run that was
stopped goes on where it was.
"""

import sys
from pathlib import Path

import pandas as pd
from validation import corpora, curves, inaudible, independent, pages
from validation.measure import measure

DOCS = corpora.PROJECT / "docs" / "explanation"
FILES = DOCS / "metric-validation"
KEPT = corpora.PROJECT / ".embeddings" / "validation"


def main(parts: list[str]) -> None:
    FILES.mkdir(exist_ok=True)
    for part in parts or [*corpora.names(), "inaudible", "code", "sizes"]:
        print(part, flush=True)
        WORK.get(part, harm)(part)
    pages.put(DOCS / "metric-validation.md", pages.whole(FILES))


def harm(corpus: str) -> None:
    made = measure(corpus, corpora.clips(corpus, KEPT / "corpora"), KEPT / "heard")
    _save(FILES / f"harm-{corpus}.csv", made.to_csv(index=False, float_format="%.6g"))


def unheard(_: str) -> None:
    stores = {corpus: corpora.clips(corpus, KEPT / "corpora") for corpus in corpora.names()}
    made = pd.concat([inaudible.measure(corpus, store, KEPT / "heard") for corpus, store in stores.items()])
    _save(FILES / "inaudible.csv", made.to_csv(index=False, float_format="%.6g"))


def code(_: str) -> None:
    made = independent.compare(corpora.clips("default", KEPT / "corpora"), KEPT / "heard")
    _save(FILES / "code.csv", made.to_csv(index=False, float_format="%.9g"))


def sizes(_: str) -> None:
    made = curves.measure(corpora.clips("more keys", KEPT / "corpora"), KEPT / "heard")
    _save(FILES / "sizes.csv", made.to_csv(index=False, float_format="%.6g"))
    curves.draw(made, FILES / "sizes.svg")


WORK = {"inaudible": unheard, "code": code, "sizes": sizes}


def _save(file: Path, text: str) -> None:
    aside = file.with_suffix(".partial")
    aside.write_text(text)
    aside.replace(file)


if __name__ == "__main__":
    main(sys.argv[1:])
