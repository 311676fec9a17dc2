import numpy as np
import pandas as pd
import pytest

from tests.sounds import noise, write_wav
from waveloom.config.errors import InputError
from waveloom.ingest.config import Ingest
from waveloom.ingest.pairs import check_domains, merge_pair_groups, reject_single_members, reject_unequal_pairs
from waveloom.ingest.recordings import recordings

OPTIONS = {"root": "in", "domains": "folder", "pairs": "stem"}


def table(*rows: tuple[str, str, float], status: str = "accepted") -> pd.DataFrame:
    """Each row is (domain, pair, seconds)."""
    found = pd.DataFrame(rows, columns=["domain", "pair", "seconds"])
    names = found["domain"] + "/" + found["pair"]
    return found.assign(name=names, group=names, status=status, reason="", split="")


def with_rejected(found: pd.DataFrame, name: str) -> pd.DataFrame:
    is_rejected = found["name"] == name
    return found.assign(
        status=found["status"].mask(is_rejected, "rejected"), reason=found["reason"].mask(is_rejected, "silent")
    )


@pytest.mark.parametrize(
    ("shorter", "longer", "equal"),
    [(10.0, 10.0, True), (10.0, 10.4, True), (100.0, 105.0, True), (1.0, 1.4, True), (10.0, 10.6, False)],
)
def test_lengths_may_differ_by_half_a_second_or_five_percent(shorter, longer, equal):
    checked = reject_unequal_pairs(table(("piano", "x", shorter), ("organ", "x", longer)))
    assert (checked["status"] == "accepted").tolist() == [equal, equal]


def test_the_reason_says_which_recording_is_longer_and_by_how_much():
    checked = reject_unequal_pairs(table(("piano", "x", 8.0), ("organ", "x", 10.0), ("piano", "y", 1.0)))
    reason = "pair length: organ/x is 2.00 s (20%) longer than piano/x; 0.5 s or 5% are allowed"
    assert checked["reason"].tolist() == [reason, reason, ""]


def test_recordings_without_a_pair_may_have_any_length():
    checked = reject_unequal_pairs(table(("piano", "", 1.0), ("organ", "", 100.0)))
    assert set(checked["status"]) == {"accepted"}


def test_a_recording_whose_counterpart_was_rejected_is_rejected_too():
    found = with_rejected(table(("piano", "x", 1.0), ("organ", "x", 1.0), ("piano", "y", 1.0)), "organ/x")
    checked = reject_single_members(found)
    assert checked["status"].tolist() == ["rejected", "rejected", "accepted"]
    assert checked["reason"].iloc[0] == "no counterpart: organ/x of the pair x was rejected"


def test_a_pair_of_three_domains_may_lose_one():
    found = table(("piano", "x", 1.0), ("organ", "x", 1.0), ("brass", "x", 1.0))
    checked = reject_single_members(with_rejected(found, "brass/x"))
    assert checked["status"].tolist() == ["accepted", "accepted", "rejected"]


def test_a_domain_without_an_accepted_recording_is_an_error_that_names_it():
    found = with_rejected(table(("piano", "x", 1.0), ("organ", "x", 1.0)), "organ/x")
    with pytest.raises(InputError, match=r"domain 'organ' has no usable sound: all 1 .*silent 1.*organ/x"):
        check_domains(found)
    check_domains(found.assign(domain=""))


def test_members_of_a_pair_get_one_group_and_groups_in_common_join_pairs():
    pairs = [("piano", "x"), ("organ", "x"), ("piano", "y"), ("organ", "y"), ("piano", "")]
    found = table(*[(domain, pair, 1.0) for domain, pair in pairs])
    assert merge_pair_groups(found)["group"].tolist() == ["piano/x", "piano/x", "piano/y", "piano/y", "piano/"]
    joined = merge_pair_groups(found.assign(group=["a", "b", "b", "c", "d"]))
    assert joined["group"].tolist() == ["a", "a", "a", "a", "d"]


def test_a_folder_of_pairs_is_divided_with_every_pair_in_one_split(tmp_path):
    for number in range(12):
        for domain in ("piano", "organ"):
            write_wav(tmp_path / f"in/{domain}/{number:02d}.wav", noise(0.2, seed=2 * number + (domain == "organ")))
    made = recordings(Ingest(corpus="folder", options=OPTIONS, test=0.25), tmp_path / "out", tmp_path)
    assert set(made["split"]) == {"train", "validation", "test"}
    assert (made.groupby("pair")["split"].nunique() == 1).all()
    assert (made.groupby("pair")["domain"].nunique() == 2).all()
    assert made["label"].equals(made["domain"])
    assert list(made.columns[4:8]) == ["label", "domain", "pair", "group"]


def test_a_corrupt_file_takes_its_counterpart_out(tmp_path):
    for number in range(4):
        for domain in ("piano", "organ"):
            write_wav(tmp_path / f"in/{domain}/{number}.wav", noise(0.2, seed=2 * number + (domain == "organ")))
    write_wav(tmp_path / "in/organ/2.wav", np.zeros(3200, np.float32))
    made = recordings(Ingest(corpus="folder", options=OPTIONS), tmp_path / "out", tmp_path).set_index("name")
    assert made.loc["piano/2.wav", "reason"] == "no counterpart: organ/2.wav of the pair 2 was rejected"
    assert (made["status"] == "rejected").sum() == 2
