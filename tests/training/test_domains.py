from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.training import small, small_translation
from waveloom.config.errors import InputError
from waveloom.training.batches import EncodedClips, Sampling, batches, draw_sources
from waveloom.training.few_clips import omissions
from waveloom.training.task import create_task

LABELS = np.array([0, 1, 2] * 10, np.int32)  # of clip i: i % 3
PIECES = np.arange(30) // 3  # three clips of each piece, one in each domain


@pytest.fixture
def store(tmp_path, monkeypatch):
    small_translation.add_plugins(monkeypatch)
    return small_translation.store(tmp_path / "clips")


def task(store, game="paired"):
    return create_task(store, small.table(store), small_translation.recipe(game), small.CONFIG)


def clips(pairs):
    return EncodedClips(None, (2,), LABELS, np.asarray(pairs))


def drawn(pairs, step=1, seed=0, roll_backs=0, rows=None):
    rows = np.arange(30) if rows is None else rows
    return rows, draw_sources(rows, clips(pairs), Sampling(30, True, seed, roll_backs), step)


def test_a_paired_source_is_the_same_piece_in_another_domain():
    for step in range(20):
        rows, sources = drawn(PIECES, step)
        np.testing.assert_array_equal(PIECES[sources], PIECES[rows])
        assert (LABELS[sources] != LABELS[rows]).all()


def test_an_unpaired_source_is_of_another_domain_and_any_piece():
    sources = np.concatenate([drawn(np.zeros(30, int), step)[1] for step in range(200)]).reshape(200, 30)
    assert (LABELS[sources] != LABELS).all()
    for row in range(30):
        assert len(set(PIECES[sources[:, row]])) == 10


def test_every_other_domain_is_equally_often_the_source_however_many_clips_it_has():
    labels = np.array([0] * 5 + [1] * 90 + [2] * 5, np.int32)
    many = EncodedClips(None, (2,), labels, np.zeros(100, int))
    sources = draw_sources(np.zeros(3000, int), many, Sampling(3000, True, 0), 1)
    assert np.bincount(labels[sources], minlength=3) / 3000 == pytest.approx([0, 0.5, 0.5], abs=0.03)


def test_sources_depend_on_seed_step_and_roll_backs_alone():
    first = drawn(PIECES)[1]
    np.testing.assert_array_equal(first, drawn(PIECES)[1])
    for other in ({"step": 2}, {"seed": 1}, {"roll_backs": 1}):
        assert not np.array_equal(first, drawn(PIECES, **other)[1])


def test_a_batch_has_sources_and_their_domains(tmp_path):
    values = np.arange(60, dtype=np.float32).reshape(30, 2)
    values.tofile(tmp_path / "clips.f32")
    encoded = replace(clips(PIECES), path=tmp_path / "clips.f32")
    ((_, batch),) = batches(encoded, Sampling(8, True, 0), range(3, 4), lambda rows: rows)
    sources, targets = (tensor.numpy()[:, 0].astype(int) // 2 for tensor in (batch.source, batch.target))
    np.testing.assert_array_equal(PIECES[sources], PIECES[targets])
    np.testing.assert_array_equal(batch.source_labels, LABELS[sources])
    np.testing.assert_array_equal(batch.labels, LABELS[targets])


def test_the_labels_of_a_translator_are_the_domains_of_the_training_split(store):
    store.index["label"] = "another thing"
    assert task(store).label_names == ["plain", "rich"]


def test_an_unpaired_game_never_looks_at_pairs(store):
    before = task(store, "unpaired")
    store.index["pair"] = ""
    after = task(store, "unpaired")
    np.testing.assert_array_equal(before.pairs, after.pairs)
    np.testing.assert_array_equal(before.rows, after.rows)


def test_a_paired_game_leaves_out_clips_without_a_counterpart_and_says_so(store):
    store.index.loc[store.index["clip_id"] == "clip-0000", "pair"] = ""
    chosen = task(store)
    assert {0, 1} & set(chosen.rows) == set()  # clip 1 is its counterpart
    assert len(chosen.rows) == 34
    assert "2 of the training split" in omissions(chosen, small.CONFIG, small.scaler(store))["clips"]
    assert len(task(store, "unpaired").rows) == 36


def test_counterparts_begin_at_the_same_time(store):
    store.index["start_seconds"] = np.arange(len(store.index)) // 2 % 2 * 0.5
    store.index["pair"] = "one long piece"
    index, chosen = store.index, task(store)
    starts = index["start_seconds"].iloc[chosen.rows].to_numpy()
    for number in set(chosen.pairs):
        assert len(set(starts[chosen.pairs == number])) == 1


def change(column, value, rows=slice(None)):
    def changed(index: pd.DataFrame) -> None:
        index.loc[index.index[rows], column] = value

    return changed


def two_members_of_one_domain(index):
    index["pair"] = [f"{pair}-{domain}" for pair, domain in zip(index["pair"], index["domain"], strict=True)]


def train_only_plain(index):
    index.loc[(index["domain"] == "rich") & (index["split"] == "train"), "split"] = "test"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (change("domain", ""), "no clip has a domain. Choose a corpus with domains"),
        (lambda index: index.drop(columns="domain", inplace=True), "no clip has a domain"),
        (change("domain", "plain"), "All clips are of one domain, 'plain', and a translator needs two"),
        (train_only_plain, "No clip of 'rich' is in the training split.*lower ingest.validation"),
        (two_members_of_one_domain, "no training clip has a counterpart in another domain.*pairs: stem.*recast"),
        (lambda index: index.drop(columns="pair", inplace=True), "no training clip has a counterpart"),
    ],
)
def test_what_cannot_be_translated_is_refused_with_the_way_out(store, spoil, message):
    spoil(store.index)
    with pytest.raises(InputError, match=message):
        task(store)


def test_clips_without_a_domain_are_left_out(store):
    store.index.loc[:1, "domain"] = ""
    assert len(task(store, "unpaired").rows) == 34


def test_other_pairs_or_domains_make_another_training(store):
    before = task(store).clips_digest
    store.index.loc[store.index["pair"] == "piece-0", "pair"] = "piece-30"
    assert task(store).clips_digest != before
