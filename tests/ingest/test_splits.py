import pandas as pd
import pytest

from waveloom.config.errors import InputError
from waveloom.ingest.splits import Shares, assign_splits


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


def test_a_class_of_few_groups_gives_one_to_each_split_without_changing_other_classes():
    few = table(("few", "a", "", 4), ("few", "b", "", 4), ("few", "c", "", 4))
    divided = assign_splits(pd.concat([grid(2, 20, 3), few], ignore_index=True), Shares())
    assert shares(divided).loc["few"].tolist() == pytest.approx([1 / 3] * 3)
    assert shares(divided).loc["l0", "test"] == pytest.approx(0.1)


def test_one_very_large_group_is_used_for_training():
    divided = assign_splits(table(("x", "giant", "", 90), *[("x", f"g{n}", "", 1) for n in range(10)]), Shares())
    assert set(divided.loc[divided["group"] == "giant", "split"]) == {"train"}


def test_splits_depend_on_the_seed_only():
    recordings = grid(3, 20, 2)
    assert assign_splits(recordings, Shares(seed=1)).equals(assign_splits(recordings, Shares(seed=1)))
    assert not assign_splits(recordings, Shares(seed=1)).equals(assign_splits(recordings, Shares(seed=2)))
    shuffled = assign_splits(recordings.sample(frac=1, random_state=0), Shares(seed=1)).sort_index()
    pd.testing.assert_frame_equal(shuffled, assign_splits(recordings, Shares(seed=1)))


def test_the_official_test_set_stays_and_validation_is_drawn_from_training():
    official = table(*[("x", f"g{n}", "test" if n < 5 else "train", 2) for n in range(20)])
    divided = assign_splits(official, Shares(validation=0.1, test=0.4))
    assert (divided["split"] == "test").tolist() == (official["split"] == "test").tolist()
    assert (divided["split"] == "validation").sum() == 4


def test_official_groups_in_two_splits_stay_with_a_warning(caplog):
    official = table(("x", "g", "train", 5), ("x", "g", "validation", 2), ("x", "g", "test", 2))
    assert assign_splits(official, Shares())["split"].tolist() == official["split"].tolist()
    assert "1 groups are in more than one split" in caplog.text


def test_rejected_recordings_have_no_split_and_do_not_count():
    recordings = grid(1, 10, 1)
    recordings.loc[0, "status"] = "rejected"
    divided = assign_splits(recordings, Shares())
    assert divided.loc[0, "split"] == ""
    assert set(divided.loc[1:, "split"]) == {"train", "validation", "test"}


def test_a_share_of_zero_draws_nothing():
    assert set(assign_splits(grid(2, 5, 2), Shares(validation=0, test=0))["split"]) == {"train"}


def lone() -> pd.DataFrame:
    """Two classes of five groups, and one of a single group."""
    return pd.concat([grid(2, 5, 2), table(("lone", "one", "", 9))], ignore_index=True)


def splits_of(divided: pd.DataFrame, label: str) -> set[str]:
    return set(divided.loc[divided["label"] == label, "split"])


def test_a_class_of_too_few_groups_is_used_for_training_only_with_a_warning(caplog):
    divided = assign_splits(lone(), Shares())
    assert splits_of(divided, "lone") == {"train"}
    assert splits_of(divided, "l0") == splits_of(divided, "l1") == {"train", "validation", "test"}
    assert "For training only" in caplog.text
    assert "'lone'" in caplog.text


def test_a_class_of_too_few_groups_can_be_dropped_with_a_reason_in_each_row():
    divided = assign_splits(lone(), Shares(small_classes="drop"))
    dropped = divided[divided["label"] == "lone"]
    assert (dropped["status"] == "rejected").all()
    wanted = "small class: 9 usable recording(s) in 1 group(s); a class needs 3 group(s) and 3 recording(s)"
    assert dropped["reason"].str.startswith(wanted).all()
    rest = divided[divided["label"] != "lone"].reset_index(drop=True)
    assert rest["split"].equals(assign_splits(grid(2, 5, 2), Shares())["split"])


def test_a_class_of_too_few_groups_can_be_an_error():
    with pytest.raises(InputError, match=r"'lone' has 9 usable recording\(s\) in 1 group.*train_only"):
        assign_splits(lone(), Shares(small_classes="stop"))


def test_a_class_of_too_few_recordings_is_small_too():
    recordings = pd.concat([grid(2, 5, 2), table(*[("few", f"g{n}", "", 1) for n in range(4)])], ignore_index=True)
    assert splits_of(assign_splits(recordings, Shares()), "few") == {"train", "validation", "test"}
    assert splits_of(assign_splits(recordings, Shares(min_class_recordings=5)), "few") == {"train"}


def test_recordings_of_the_corpus_own_test_split_count_for_the_size_of_a_class():
    official = table(("x", "a", "train", 1), ("x", "b", "train", 1), ("x", "c", "test", 4))
    assert sorted(assign_splits(official, Shares())["split"]) == ["test"] * 4 + ["train", "validation"]


def test_one_split_alone_needs_two_groups_only():
    recordings = pd.concat([grid(2, 5, 2), table(("two", "a", "", 2), ("two", "b", "", 2))], ignore_index=True)
    assert splits_of(assign_splits(recordings, Shares()), "two") == {"train"}
    assert splits_of(assign_splits(recordings, Shares(validation=0)), "two") == {"train", "test"}


def test_dropping_every_class_is_an_error_with_the_way_out():
    with pytest.raises(InputError, match="set it to train_only"):
        assign_splits(grid(3, 1, 1), Shares(small_classes="drop"))


def test_if_all_classes_are_small_groups_are_drawn_from_all_and_each_class_is_trained():
    divided = assign_splits(grid(labels=4, groups=2, each=1), Shares())
    assert divided["split"].value_counts().to_dict() == {"train": 6, "test": 1, "validation": 1}
    assert set(divided.loc[divided["split"] == "train", "label"]) == set(divided["label"])


@pytest.mark.parametrize(("labels", "groups"), [(1, 1), (1, 2), (5, 1)])
def test_with_too_few_groups_all_recordings_are_for_training_with_a_warning(caplog, labels, groups):
    assert set(assign_splits(grid(labels, groups, each=4), Shares())["split"]) == {"train"}
    assert "all are for training" in caplog.text


def test_three_recordings_are_one_for_each_split():
    assert sorted(assign_splits(grid(1, 3, 1), Shares())["split"]) == ["test", "train", "validation"]


def test_a_small_class_that_shares_its_groups_with_others_keeps_them_in_training():
    speakers = table(*[("common", f"speaker{s}", "", 5) for s in range(6)], ("rare", "speaker0", "", 1))
    for seed in range(8):
        divided = assign_splits(speakers, Shares(seed=seed))
        assert set(divided.loc[divided["group"] == "speaker0", "split"]) == {"train"}
        assert splits_of(divided, "common") == {"train", "validation", "test"}


def test_no_class_loses_its_last_training_group_to_another():
    rows = [("a", f"g{n}", "", 1 + n) for n in range(3)] + [("b", f"g{n}", "", 9) for n in range(3)]
    rows += [(f"c{n}", f"g{m}", "", 1) for n in range(3) for m in (n, (n + 1) % 3, 3 + n)]
    for seed in range(20):
        divided = assign_splits(table(*rows), Shares(seed=seed))
        assert set(divided.loc[divided["split"] == "train", "label"]) == set(divided["label"])
        assert (divided.groupby("group")["split"].nunique() == 1).all()


def test_a_class_without_training_recordings_stays_in_its_splits_with_a_warning(caplog):
    official = table(*[("x", f"g{n}", "test" if n < 2 else "train", 2) for n in range(6)], ("y", "h", "test", 3))
    assert splits_of(assign_splits(official, Shares()), "y") == {"test"}
    assert "not learned: 'y'" in caplog.text


def test_a_corpus_without_training_recordings_is_an_error():
    with pytest.raises(InputError, match="nothing to train on"):
        assign_splits(table(("x", "g", "test", 4)), Shares())
