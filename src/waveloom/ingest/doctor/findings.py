"""Findings of the doctor: what in a corpus would harm training, how often it occurs, and what to do about it."""

from collections.abc import Iterator

import pandas as pd

from waveloom.audio.header import RATES_HZ
from waveloom.ingest.doctor.doubtful_labels import doubtful_labels
from waveloom.ingest.doctor.facts import Facts
from waveloom.ingest.doctor.finding import Finding, Weight, if_any, most_serious_first
from waveloom.ingest.doctor.lengths import length_findings
from waveloom.ingest.doctor.rejection_advice import ADVICE
from waveloom.ingest.doctor.suggestions import clip_unit
from waveloom.ingest.level_faults import CANCELLED_DB, SCALED_DB, is_partly_cancelled, is_scaled
from waveloom.ingest.provenance import provenance
from waveloom.preparation.config import Prepare

CLIPPED = 0.001  # share of clipped samples that is audible
DC_OFFSET = 0.01  # relative to full scale, that reduces headroom
EDGE_SILENCE = 0.1  # share of a recording that is silence before and after the sound
QUIET_DB = -40.0  # peak; levelling such a recording amplifies its noise
IMBALANCE = 10  # ratio of the largest to the smallest class


def findings(table: pd.DataFrame, facts: Facts, prepare: Prepare) -> list[Finding]:
    """List what is wrong with the recordings, most serious first; measured columns of `table` may be NaN."""
    accepted = table[table["status"] == "accepted"]
    found = [*_rejections(facts), *_leaks(table), *_conflicting_labels(table), *_health(accepted, prepare)]
    found += [*_levels(accepted), *_other_files(facts)]
    found += [*_format_differences(accepted, prepare), *_labels(facts), *_licences(accepted)]
    return most_serious_first(found)


def _rejections(facts: Facts) -> Iterator[Finding]:
    for kind, rejected in facts.rejected.items():
        weight: Weight = "note" if kind.startswith("same") else "warning"
        advice = ADVICE.get(kind, "The reason says what is wrong with it; correct it or leave it out.")
        yield Finding(weight, f"rejected: {kind}", rejected["count"], advice, tuple(rejected["examples"]))


def _leaks(table: pd.DataFrame) -> Iterator[Finding]:
    origin = provenance(table)
    yield from if_any(
        "warning",
        "groups in more than one split, as the corpus divides them",
        list(origin.shared_groups),
        "Scores on the test split will be too high; leave ingest.options.split empty to have it drawn by whole groups.",
    )
    yield from if_any(
        "warning",
        "copies of a recording in another split, at another gain, rate or length",
        [f"{name} ({split}), {other} ({other_split})" for (name, split), (other, other_split) in origin.across],
        "Scores on the test split will be too high; set ingest.near_duplicates to group to keep them together.",
    )
    similar = table[(table["status"] == "accepted") & (table["similar_to"].fillna("") != "")]
    yield from if_any(
        "note",
        "copies of another recording, at another gain, rate or length",
        [f"{name}, {first}" for name, first in zip(similar["name"], similar["similar_to"], strict=True)],
        "Listen to some; leave copies out, or give them one ingest.options.group.",
    )
    if 1 < origin.groups == (table["status"] == "accepted").sum():
        advice = "If several come from one speaker, instrument or recording, name it in ingest.options.group."
        yield Finding("note", "recordings that are each a group of their own", origin.groups, advice)


def _conflicting_labels(table: pd.DataFrame) -> Iterator[Finding]:
    """Find exact duplicates with different labels."""
    copies = table[table["reason"].str.startswith("same ")]
    label_of = table.drop_duplicates("name").set_index("name")["label"]
    originals = copies["reason"].str.replace(r"^same \w+ as ", "", regex=True)
    wrong = copies[copies["label"].to_numpy() != label_of.reindex(originals).to_numpy()]
    yield from if_any(
        "warning",
        "copies under another label than the sound they copy",
        [f"{name} ({reason})" for name, reason in zip(wrong["name"], wrong["reason"], strict=True)],
        "One of the two labels is wrong, or the sound has both; decide which is right.",
    )


def _health(accepted: pd.DataFrame, prepare: Prepare) -> Iterator[Finding]:
    trim = "prepare.trim cuts it." if prepare.trim else "Set prepare.trim to true, or clips will begin with nothing."
    checks: list[tuple[Weight, str, pd.Series, str]] = [
        (
            "warning",
            "clipped",
            accepted["clipped"] > CLIPPED,
            "Use a better copy: a generator learns the distortion as part of the sound.",
        ),
        (
            "note",
            f"mean more than {DC_OFFSET:.0%} away from zero",
            accepted["dc_offset"].abs() > DC_OFFSET,
            "Remove the offset (a high-pass below 20 Hz); it reduces headroom and causes clicks where a sound is cut.",
        ),
        (
            "note",
            f"more than {EDGE_SILENCE:.0%} silence before or after the sound",
            accepted["edge_silence"] > EDGE_SILENCE,
            trim,
        ),
        (
            "note",
            f"peak below {QUIET_DB:g} dB",
            accepted["peak_db"] < QUIET_DB,
            "prepare.level raises it, and its noise with it; listen to some.",
        ),
    ]
    for weight, what, marked, advice in checks:
        yield from if_any(weight, what, list(accepted.loc[marked, "name"]), advice)


def _levels(accepted: pd.DataFrame) -> Iterator[Finding]:
    """Find files above full scale, and files whose channels nearly cancel each other in the mix."""
    above, cancelled = accepted[is_scaled(accepted)], accepted[is_partly_cancelled(accepted)]
    yield from if_any(
        "warning",
        f"peak more than {SCALED_DB:g} dB above full scale",
        [f"{name} ({peak:+.0f} dB)" for name, peak in zip(above["name"], above["file_peak_db"], strict=True)],
        "Each is scaled by its own peak, so differences in level between them are lost; write them within -1 to 1.",
    )
    yield from if_any(
        "warning",
        f"mix {-CANCELLED_DB:g} dB or more below the loudest channel",
        [f"{name} ({level:.0f} dB)" for name, level in zip(cancelled["name"], cancelled["mix_db"], strict=True)],
        "Their channels nearly cancel each other, and normalising the rest raises its noise; set prepare.channel to "
        "the number of one channel.",
    )


def _other_files(facts: Facts) -> Iterator[Finding]:
    if facts.other_files:
        suffixes = ", ".join(f"{suffix} {count}" for suffix, count in facts.other_files.items())
        yield Finding(
            "note",
            f"files that are no sounds, by name and first bytes ({suffixes})",
            sum(facts.other_files.values()),
            "Check that none of them should be a sound: they have no row and are not used.",
        )


def _format_differences(accepted: pd.DataFrame, prepare: Prepare) -> Iterator[Finding]:
    lower = accepted["rate_hz"] < prepare.rate_hz
    yield from if_any(
        "warning",
        f"taken at a lower rate than prepare.rate_hz ({prepare.rate_hz} Hz)",
        list(accepted.loc[lower, "name"]),
        _rate_advice(accepted["rate_hz"], prepare),
    )
    yield from length_findings(accepted, prepare)
    yield from if_any(
        "note",
        "of more than one channel",
        list(accepted.loc[accepted["channels"] > 1, "name"]),
        "Two of them are kept." if prepare.channel == "both" else "They become mono; prepare.channel says how.",
    )


def _rate_advice(rates: pd.Series, prepare: Prepare) -> str:
    """Suggest a rate that suits all recordings, whose `rates` are in Hz, and a clip length for it."""
    rate = max(int(rates.min()), RATES_HZ[0]) if len(rates) else prepare.rate_hz
    unit = clip_unit(rate)
    samples = max(round(prepare.samples * rate / prepare.rate_hz / unit), 1) * unit
    others = ", or leave these recordings out" if (rates > rate).any() else ""
    return (
        f"They have nothing above {rate / 2:g} Hz, so the upper band stays empty, which reveals their rate. Set "
        f"prepare.rate_hz to {rate} and prepare.samples to {samples}{others}."
    )


def _labels(facts: Facts) -> Iterator[Finding]:
    sizes = {label: row["recordings"] for label, row in facts.classes.items()}
    for what, labels, advice in doubtful_labels(sizes):
        yield from if_any("warning", what, labels, advice)
    if set(sizes) == {""}:
        yield Finding("note", "recordings without a label", sizes[""], "Conditional recipes need one folder a class.")
    elif sizes and max(sizes.values()) >= IMBALANCE * min(sizes.values()):
        least, most = min(sizes, key=lambda label: sizes[label]), max(sizes, key=lambda label: sizes[label])
        what = f"recordings of {most!r}, but {sizes[least]} of {least!r}"
        yield Finding("warning", what, sizes[most], "Keep train.balance true, merge or drop the smallest classes.")


def _licences(accepted: pd.DataFrame) -> Iterator[Finding]:
    yield from if_any(
        "warning",
        "no licence stated",
        list(accepted.loc[accepted["licence"] == "", "name"]),
        "Say it in ingest.options.licence; the model's card and the report will carry it.",
    )
