import pandas as pd
import pytest

from waveloom.errors import InputError
from waveloom.splits import Shares, assign_splits


def table(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    """Each (label, group, split, count) gives `count` accepted recordings."""
    listed = [(label, group, split) for label, group, split, count in rows for _ in range(count)]
    return pd.DataFrame(listed, columns=["label", "group", "split"]).assign(status="accepted")


def grid(labels: int, groups: int, each: int) -> pd.DataFrame:
    return table(*[(f"l{a}", f"l{a}-g{b}", "", each) for a in range(labels) for b in range(groups)])


def shares(divided: pd.DataFrame) -> pd.DataFrame:
    return pd.crosstab(divided["label"], divided["split"], normalize="index")


def test_each_class_gives_its_share_to_each_split():
    divided = shares(assign_splits(grid(labels=5, groups=20, each=3), Shares(validation=0.1, test=0.2)))
    assert divided["test"].tolist() == pytest.approx([0.2] * 5)
    assert divided["validation"].tolist() == pytest.approx([0.1] * 5)


def test_no_group_is_in_two_splits():
    divided = assign_splits(grid(labels=3, groups=8, each=7), Shares())
    assert (divided.groupby("group")["split"].nunique() == 1).all()


def test_groups_across_classes_stay_together():
    speakers = table(*[(str(digit), f"speaker{s}", "", 5) for digit in range(10) for s in range(6)])
    divided = assign_splits(speakers, Shares(validation=0.15, test=0.15))
    assert divided.groupby("split")["group"].nunique().to_dict() == {"test": 1, "train": 4, "validation": 1}


def test_a_class_of_few_groups_gives_one_to_each_and_does_not_bend_the_others():
    few = table(("few", "a", "", 4), ("few", "b", "", 4), ("few", "c", "", 4))
    divided = assign_splits(pd.concat([grid(2, 20, 3), few], ignore_index=True), Shares())
    assert shares(divided).loc["few"].tolist() == pytest.approx([1 / 3] * 3)
    assert shares(divided).loc["l0", "test"] == pytest.approx(0.1)


def test_one_giant_group_is_left_to_training():
    divided = assign_splits(table(("x", "giant", "", 90), *[("x", f"g{n}", "", 1) for n in range(10)]), Shares())
    assert set(divided.loc[divided["group"] == "giant", "split"]) == {"train"}


def test_the_seed_decides_and_nothing_else():
    recordings = grid(3, 20, 2)
    assert assign_splits(recordings, Shares(seed=1)).equals(assign_splits(recordings, Shares(seed=1)))
    assert not assign_splits(recordings, Shares(seed=1)).equals(assign_splits(recordings, Shares(seed=2)))
    shuffled = assign_splits(recordings.sample(frac=1, random_state=0), Shares(seed=1)).sort_index()
    pd.testing.assert_frame_equal(shuffled, assign_splits(recordings, Shares(seed=1)))


def test_the_official_test_stays_and_the_missing_validation_comes_out_of_training():
    official = table(*[("x", f"g{n}", "test" if n < 5 else "train", 2) for n in range(20)])
    divided = assign_splits(official, Shares(validation=0.1, test=0.4))
    assert (divided["split"] == "test").tolist() == (official["split"] == "test").tolist()
    assert (divided["split"] == "validation").sum() == 4


def test_official_groups_in_two_splits_are_kept_and_told(caplog):
    official = table(("x", "g", "train", 5), ("x", "g", "validation", 2), ("x", "g", "test", 2))
    assert assign_splits(official, Shares())["split"].tolist() == official["split"].tolist()
    assert "1 groups are in more than one split" in caplog.text


def test_rejected_recordings_get_no_split_and_count_for_nothing():
    recordings = grid(1, 10, 1)
    recordings.loc[0, "status"] = "rejected"
    divided = assign_splits(recordings, Shares())
    assert divided.loc[0, "split"] == ""
    assert set(divided.loc[1:, "split"]) == {"train", "validation", "test"}


def test_a_share_of_nothing_draws_nothing():
    assert set(assign_splits(grid(2, 5, 2), Shares(validation=0, test=0))["split"]) == {"train"}


def test_a_class_of_too_few_groups_is_named():
    recordings = pd.concat([grid(2, 5, 2), table(("lone", "one", "", 9))], ignore_index=True)
    with pytest.raises(InputError, match=r"'lone' has 9 recordings left in 1 group.*too few.*ingest\.test to 0"):
        assign_splits(recordings, Shares())
