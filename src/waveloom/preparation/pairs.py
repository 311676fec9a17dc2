"""The rules by which recordings of a pair are cut: at the same times, with the same gain."""

import pandas as pd

from waveloom.config.errors import InputError
from waveloom.preparation.config import Prepare


def check_pairs(accepted: pd.DataFrame, config: Prepare) -> None:
    """Raise an InputError if recordings are pairs and `config` would cut or level each of them in its own way.

    `trim` and `align` have no effect on the recordings of a pair. The table may lack the column `pair`.
    """
    pairs = accepted["pair"] if "pair" in accepted else pd.Series(dtype=str)
    if not (pairs != "").any():
        return
    first = pairs[pairs != ""].iloc[0]
    if config.frames == "events":
        raise InputError(
            f"prepare.frames is events, but recordings are pairs, such as {first!r}, whose clips must begin at the "
            "same times. Set prepare.frames to overlap or one."
        )
    if config.level != "none":
        raise InputError(
            f"prepare.level is {config.level}, but recordings are pairs, such as {first!r}, whose clips must keep "
            "their relative levels. Set prepare.level to none."
        )
