"""Findings of the doctor about the length of recordings beside that of a clip."""

from collections.abc import Iterator

import pandas as pd

from waveloom.ingest.doctor.finding import Finding, if_any
from waveloom.preparation.config import Prepare
from waveloom.preparation.lengths import MUCH, cut_off


def length_findings(accepted: pd.DataFrame, prepare: Prepare) -> Iterator[Finding]:
    """Report recordings that are shorter than a clip, and what is cut off those that are longer."""
    clip = prepare.samples / prepare.rate_hz
    yield from if_any(
        "note",
        f"shorter than a clip ({clip:.3g} s)",
        list(accepted.loc[accepted["seconds"] < clip, "name"]),
        "They are padded with silence. If these are most, lower prepare.samples.",
    )
    cut = cut_off(accepted["seconds"].tolist(), prepare)
    if cut.files:
        yield from if_any(
            "warning" if cut.share >= MUCH else "note",
            f"longer than a clip ({clip:.3g} s); {cut.share:.0%} of the audio is cut off",
            list(accepted.loc[accepted["seconds"] > clip, "name"]),
            "Set prepare.frames to overlap, which cuts as many clips as fit, or raise prepare.samples.",
        )
