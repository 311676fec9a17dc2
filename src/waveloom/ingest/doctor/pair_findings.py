"""Findings about the domains and pairs of a corpus."""

from collections.abc import Iterator

import pandas as pd

from waveloom.config.errors import InputError
from waveloom.ingest.doctor.finding import Finding
from waveloom.preparation.config import Prepare
from waveloom.preparation.pairs import check_pairs


def pair_findings(table: pd.DataFrame, prepare: Prepare) -> Iterator[Finding]:
    """Yield what would stop `prepare` because recordings are pairs, and domains that are not trained on."""
    accepted = table[table["status"] == "accepted"]
    try:
        check_pairs(accepted, prepare)
    except InputError as error:
        yield Finding("stop", str(error), int((accepted["pair"] != "").sum()), "prepare would stop here.")
    named = accepted[accepted["domain"] != ""]
    for domain, rows in named.groupby("domain"):
        if not rows["split"].isin(["", "train"]).any():
            advice = "Add recordings of this domain to the training split, or leave it out: it is not learned."
            yield Finding("warning", f"recordings of the domain {domain!r}, none for training", len(rows), advice)
