"""Groups, copies and licences of a table of recordings, and data leakage between its splits."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from waveloom.config.errors import InputError
from waveloom.ingest.value_counts import value_counts

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Provenance:
    """Counts of recordings; all but `copies` count accepted recordings only.

    `shared_groups` are in more than one split. `similar` recordings are copies of another recording at another
    gain, rate or length (None: near duplicates were not searched); `across` lists those of which the two recordings
    are in different splits, as pairs of (name, split).
    """

    groups: int
    shared_groups: tuple[str, ...]
    copies: dict[str, int]  # same bytes or same samples -> rejected recordings; one copy is used
    similar: int | None
    across: tuple[tuple[tuple[str, str], tuple[str, str]], ...]
    licences: dict[str, int]


def provenance(table: pd.DataFrame) -> Provenance:
    """Summarise a table of recordings."""
    accepted = table[table["status"] == "accepted"]
    splits = accepted.groupby("group")["split"].nunique()
    copies = table.loc[table["reason"].str.startswith("same "), "reason"].str.extract(r"^(same \w+)", expand=False)
    return Provenance(
        groups=len(splits),
        shared_groups=tuple(map(str, splits.index[splits > 1])),
        copies=value_counts(copies),
        similar=None if accepted["similar_to"].isna().all() else len(_near_duplicates(accepted)),
        across=_across(accepted),
        licences=value_counts(accepted["licence"]),
    )


def reject_without_clips(table: pd.DataFrame, recording_ids: pd.Series) -> pd.DataFrame:
    """Mark accepted recordings that gave no clip as rejected, with the reason."""
    unused = (table["status"] == "accepted") & ~table["recording_id"].isin(recording_ids)
    reason = table["reason"].mask(unused, "no clip: prepare left nothing but silence of it")
    return table.assign(status=table["status"].mask(unused, "rejected"), reason=reason)


def check_licences(table: pd.DataFrame, allowed: Sequence[str]) -> None:
    """Raise an InputError if an accepted recording has a licence that is not among the `allowed`, if any are named."""
    accepted = table[table["status"] == "accepted"]
    folded = {licence.casefold() for licence in allowed}
    others = accepted[~accepted["licence"].str.casefold().isin(folded)]
    if not folded or others.empty:
        return
    counts = ", ".join(
        f"{licence or 'none stated'!r} {count}" for licence, count in value_counts(others["licence"]).items()
    )
    raise InputError(
        f"{len(others)} recordings have a licence that ingest.licences does not allow: {counts}; for example "
        f"{others['name'].iloc[0]}. Leave them out, or add the licence to ingest.licences ({', '.join(allowed)})."
    )


def warn_of_leaked_copies(table: pd.DataFrame) -> None:
    """Log near duplicates that are in different splits."""
    if across := provenance(table).across:
        (name, split), (other_name, other_split) = across[0]
        log.warning(
            "%d recordings are copies of a recording in another split, such as %s (%s) and %s (%s): scores will be too "
            "high. Set ingest.near_duplicates to group to keep them together.",
            *(len(across), name, split, other_name, other_split),
        )


def _across(accepted: pd.DataFrame) -> tuple[tuple[tuple[str, str], tuple[str, str]], ...]:
    splits = dict(zip(accepted["name"], accepted["split"], strict=True))
    rows = _near_duplicates(accepted)[["name", "split", "similar_to"]].itertuples(index=False, name=None)
    # The other recording may be of a class that was dropped.
    pairs = (((name, split), (other, splits[other])) for name, split, other in rows if other in splits)
    return tuple(pair for pair in pairs if pair[0][1] != pair[1][1])


def _near_duplicates(accepted: pd.DataFrame) -> pd.DataFrame:
    return accepted[accepted["similar_to"].fillna("") != ""]
