import pandas as pd
import pytest

from waveloom.config.errors import InputError
from waveloom.ingest.provenance import check_licences, provenance, reject_without_clips

COLUMNS = ["name", "group", "split", "licence", "similar_to", "reason"]


def table(*rows: tuple[str, ...]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=COLUMNS)
    return made.assign(status=["rejected" if reason else "accepted" for reason in made["reason"]])


RECORDINGS = table(
    ("a", "g1", "train", "CC0", "", ""),
    ("b", "g1", "test", "CC0", "a", ""),
    ("c", "g2", "train", "CC-BY-4.0", "a", ""),
    ("d", "g3", "test", "", "", ""),
    ("e", "g1", "", "CC0", "", "same bytes as a"),
    ("f", "g1", "", "CC0", "", "same samples as a"),
    ("g", "g4", "", "other", "", "silent"),
)


def test_groups_and_near_duplicates_in_several_splits_are_reported():
    summary = provenance(RECORDINGS)
    assert summary.groups == 3
    assert summary.shared_groups == ("g1",)
    assert summary.similar == 2
    assert summary.across == ((("b", "test"), ("a", "train")),)


def test_a_near_duplicate_of_an_omitted_recording_is_in_no_other_split():
    assert provenance(RECORDINGS.assign(status=["rejected", *RECORDINGS["status"][1:]])).across == ()


def test_copies_and_licences_are_counted():
    summary = provenance(RECORDINGS)
    assert summary.copies == {"same bytes": 1, "same samples": 1}
    assert summary.licences == {"CC0": 2, "": 1, "CC-BY-4.0": 1}


def test_all_licences_are_allowed_where_none_is_named():
    check_licences(RECORDINGS, [])


def test_a_licence_is_allowed_however_it_is_capitalised_and_rejected_recordings_do_not_count():
    check_licences(RECORDINGS, ["cc0", "CC-by-4.0", ""])


def test_one_error_names_licence_count_and_an_example():
    with pytest.raises(InputError, match=r"2 recordings .*'none stated' 1, 'CC-BY-4\.0' 1; for example c\."):
        check_licences(RECORDINGS, ["CC0"])


def test_accepted_recordings_without_a_clip_are_counted_with_their_reason():
    reasons = ["", "", "silent"]
    table = pd.DataFrame(
        {"recording_id": ["a", "b", "c"], "status": ["accepted"] * 2 + ["rejected"], "reason": reasons}
    )
    found = reject_without_clips(table, pd.Series(["a", "a"]))
    assert found["status"].tolist() == ["accepted", "rejected", "rejected"]
    assert found["reason"].tolist() == ["", "no clip: prepare left nothing but silence of it", "silent"]
    assert table["status"].tolist() == ["accepted", "accepted", "rejected"]
