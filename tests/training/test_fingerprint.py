from dataclasses import replace

import pytest

from tests.training import small
from waveloom.recipes import resolve
from waveloom.training.fingerprint import code_digest, fingerprint, settled


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return small.table(small.store(tmp_path_factory.mktemp("clips") / "clips"))


def test_the_same_arguments_have_the_same_fingerprint(table):
    made = {fingerprint(small.recipe(), small.RULES, small.FEATURES, "abc", table.copy()) for _ in range(2)}
    assert len(made) == 1
    assert len(made.pop()) == 64


def test_whatever_changes_changes_it(table):
    other = table.copy()
    other.iloc[3, 7] += 1e-3
    made = [
        fingerprint(small.recipe(), small.RULES, small.FEATURES, "abc", table),
        fingerprint(small.recipe(noise=5), small.RULES, small.FEATURES, "abc", table),
        fingerprint(small.recipe(), replace(small.RULES, seed=1), small.FEATURES, "abc", table),
        fingerprint(small.recipe(), small.RULES, replace(small.FEATURES, n_mfcc=5), "abc", table),
        fingerprint(small.recipe(), small.RULES, small.FEATURES, "abd", table),
        fingerprint(small.recipe(), small.RULES, small.FEATURES, "abc", other),
        fingerprint(small.recipe(), small.RULES, small.FEATURES, "abc", table, start="abc"),
    ]
    assert len(set(made)) == len(made)


def test_a_changed_line_of_code_changes_it(tmp_path):
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "game.py").write_text("rate = 1\n")
    before = code_digest(tmp_path)
    (tmp_path / "training" / "game.py").write_text("rate = 2\n")
    assert code_digest(tmp_path) != before


def test_a_settled_recipe_says_every_option_and_reads_back_as_itself():
    said = settled(small.recipe())
    assert said["options"]["dense"] == {"generator_widths": [8], "critic_widths": [8], "slope": 0.2, "dropout": 0.3}
    assert settled(resolve(said, {})) == said
