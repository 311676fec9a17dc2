"""The tables of docs/explanation/metric-validation.md."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from validation import inaudible
from validation.degradations import DEGRADATIONS, Degradation
from validation.detection import Detection, detect
from validation.measure import WAYS

START, END = "<!-- measured: written by benchmarks/validate_metrics.py -->", "<!-- end of what was measured -->"


def put(page: Path, text: str) -> None:
    """Insert the tables between the markers; the text around them is written by hand."""
    head, _, rest = page.read_text().partition(START)
    _, _, tail = rest.partition(END)
    page.write_text(f"{head}{START}\n\n{text}\n{END}{tail}")


def all_tables(folder: Path) -> str:
    """Format every table whose file exists."""
    parts = []
    if files := sorted(folder.glob("harm-*.csv")):
        harm = pd.concat([_read(file) for file in files], ignore_index=True)
        tables = [f"### {name}\n\n{table(harm, str(name))}\n" for name in harm["corpus"].unique()]
        parts += ["## Degradations, corpus by corpus\n", *tables, "## Summary in words\n", *in_words(harm), ""]
    if (folder / "inaudible.csv").is_file():
        measured = pd.read_csv(folder / "inaudible.csv")
        parts += ["## Inaudible changes\n", inaudible.table(measured), ""]
    if (folder / "code.csv").is_file():
        parts += ["## Other implementations on the same arrays\n", code(pd.read_csv(folder / "code.csv")), ""]
    if (folder / "sizes.csv").is_file():
        parts += ["## Number of sounds\n", sizes(pd.read_csv(folder / "sizes.csv")), ""]
    return "\n".join(parts)


def _read(file: Path) -> pd.DataFrame:
    """Read numbers as numbers, and reasons for their absence as text."""
    made = pd.read_csv(file, keep_default_na=False)
    return made.assign(**{name: [_number(text) for text in made[name]] for name in ("value", "margin")})


def _number(text: object) -> float | str:
    try:
        return float(str(text))
    except ValueError:
        return str(text)


def code(compared: pd.DataFrame) -> str:
    """Format our numbers beside those of other implementations."""
    rows = [
        [f"`{row.number}`", f"{row.ours:.7g}", f"{row.theirs:.7g}", str(row.whose)] for row in compared.itertuples()
    ]
    return "\n".join(map(_line, [["number", "ours", "theirs", "theirs is"], ["---"] * 4, *rows]))


def sizes(measured: pd.DataFrame) -> str:
    """Format mean and standard deviation over draws, one column per size."""
    head = ["number", "space", "evaluated", *(f"{size}" for size in sorted(measured["size"].unique()))]
    lines = [_line(head), _line(["---"] * len(head))]
    for (number, space, evaluated), rows in measured.groupby(["number", "space", "judged"], sort=False):
        cells = [
            f"{row.mean_:.3g} ± {row.deviation:.2g}" for row in rows.rename(columns={"mean": "mean_"}).itertuples()
        ]
        lines.append(
            _line([f"`{number}`", str(space), {"harmed": "degraded"}.get(str(evaluated), str(evaluated)), *cells])
        )
    return "\n".join(
        ["![Fréchet and kernel distance against the number of sounds](metric-validation/sizes.svg)", "", *lines]
    )


def table(measured: pd.DataFrame, corpus: str) -> str:
    """Format one row per number and space, one column per degradation."""
    some = measured[measured["corpus"] == corpus]
    sizes = some[["judged", "real", "taught"]].iloc[0]
    lines = [
        f"{sizes['judged']} degraded sounds, {sizes['real']} real ones, {sizes['taught']} training sounds.",
        "",
    ]
    head = ["number", "space", *(f"{harm.name}, {harm.unit}" for harm in DEGRADATIONS)]
    lines += [_line(head), _line(["---"] * len(head))]
    for (number, space), rows in some.groupby(["number", "space"], sort=False):
        cells = [_cell(harm, _detection(str(number), rows, harm)) for harm in DEGRADATIONS]
        lines.append(_line([f"`{number}`", str(space), *cells]))
    return "\n".join(lines)


def in_words(measured: pd.DataFrame) -> Iterator[str]:
    """List for each number the degradations that it detects, misses, rewards or does not measure, over all corpora."""
    for (number, space), rows in measured.groupby(["number", "space"], sort=False):
        words: dict[str, list[str]] = {}
        for harm in DEGRADATIONS:
            outcomes = [_detection(str(number), some, harm).word for _, some in rows.groupby("corpus", sort=False)]
            for word in sorted(set(outcomes)):
                share = (
                    ""
                    if outcomes.count(word) == len(outcomes)
                    else f" ({outcomes.count(word)} of {len(outcomes)} corpora)"
                )
                words.setdefault(word, []).append(harm.name + share)
        verbs = {"sees": "detects", "blind": "misses", "rewards": "prefers", "silent": "does not measure"}
        found = "; ".join(f"{verb} {', '.join(words[word])}" for word, verb in verbs.items() if word in words)
        yield f"- `{number}` in {space}: {found}."


def _detection(number: str, rows: pd.DataFrame, harm: Degradation) -> Detection:
    some = rows[rows["harm"] == harm.name]
    if some.empty:
        return Detection("silent")
    return detect(WAYS[number], list(some["value"]), some["margin"].iloc[0])


def _cell(harm: Degradation, evaluated: Detection) -> str:
    if evaluated.word != "sees":
        return {"blind": "missed", "rewards": "**preferred**", "silent": "·"}[evaluated.word]
    return f"{harm.strengths[evaluated.first]:g}" + ("" if evaluated.ordered else " ~")


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
