"""Checks of the domains and pairs of a table of recordings, and the common group of a pair."""

import pandas as pd

from waveloom.config.errors import InputError
from waveloom.ingest.reasons import count_reasons
from waveloom.ingest.small_classes import reject
from waveloom.similarity.disjoint_sets import merge_groups

MAX_SECONDS = 0.5  # by which the lengths of a pair may differ; a greater difference must also exceed MAX_SHARE
MAX_SHARE = 0.05  # of the longest recording of the pair


def with_pair_rules(table: pd.DataFrame) -> pd.DataFrame:
    """Reject the recordings of a pair that have no equal counterpart, and give the members of a pair one group.

    InputError if a domain is left without an accepted recording.
    """
    checked = reject_single_members(reject_unequal_pairs(table))
    check_domains(checked)
    return merge_pair_groups(checked)


def check_domains(table: pd.DataFrame) -> None:
    """Raise an InputError if a domain has no accepted recording; tables without domains pass."""
    named = table[table["domain"] != ""]
    usable = set(named.loc[named["status"] == "accepted", "domain"])
    for domain, rows in named.groupby("domain"):
        if domain not in usable:
            reasons = ", ".join(f"{reason} {count}" for reason, count in count_reasons(rows).items())
            raise InputError(
                f"The domain {domain!r} has no usable sound: all {len(rows)} recordings were rejected ({reasons}), "
                f"such as {rows['name'].iloc[0]} ({rows['reason'].iloc[0]}). Correct them, or leave the domain out."
            )


def reject_unequal_pairs(table: pd.DataFrame) -> pd.DataFrame:
    """Reject the accepted recordings of pairs whose lengths differ by more than 0.5 s and 5 %."""
    accepted = table[(table["status"] == "accepted") & (table["pair"] != "")]
    for _, rows in accepted.groupby("pair"):
        rows = rows.sort_values("seconds", kind="stable")
        shortest, longest = rows["seconds"].iloc[0], rows["seconds"].iloc[-1]
        difference = longest - shortest
        if difference > max(MAX_SECONDS, MAX_SHARE * longest):
            reason = (
                f"pair length: {rows['name'].iloc[-1]} is {difference:.2f} s ({difference / longest:.0%}) longer than "
                f"{rows['name'].iloc[0]}; {MAX_SECONDS} s or {MAX_SHARE:.0%} are allowed"
            )
            table = reject(table, table.index.to_series().isin(rows.index), reason)
    return table


def reject_single_members(table: pd.DataFrame) -> pd.DataFrame:
    """Reject the accepted recordings of pairs of which every recording of another domain was rejected."""
    members = table[table["pair"] != ""]
    for pair, rows in members.groupby("pair"):
        accepted = rows[rows["status"] == "accepted"]
        lost = rows[(rows["status"] == "rejected") & ~rows["domain"].isin(accepted["domain"])]
        if accepted["domain"].nunique() == 1 and len(lost):
            reason = f"no counterpart: {lost['name'].iloc[0]} of the pair {pair} was rejected"
            table = reject(table, table.index.to_series().isin(accepted.index), reason)
    return table


def merge_pair_groups(table: pd.DataFrame) -> pd.DataFrame:
    """Merge the groups of the recordings of each pair, so that no split can separate them."""
    members = table.loc[table["pair"] != "", ["pair", "group"]]
    first = dict(zip(members["pair"].array[::-1], members["group"].array[::-1], strict=True))
    return merge_groups(table, [(first[pair], group) for pair, group in members.itertuples(index=False)])
