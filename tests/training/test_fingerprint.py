import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import waveloom
from tests.training import small
from waveloom.execution.code_digest import code_digest, code_files
from waveloom.features.scaling import fit
from waveloom.models.recipe import resolve
from waveloom.training.fingerprint import CODE, complete_recipe, fingerprint

# Imported packages without influence on the weights: they read parameters, write files, describe the model.
NO_INFLUENCE = {"config", "execution"}
DESCRIBES = {"audio/__init__.py", "similarity/__init__.py", "ingest/__init__.py", "ingest/value_counts.py"}
IMPORTED = """
import sys
from waveloom import features, representations
from waveloom.models import discriminators, generators
from waveloom.training import criteria, games, objectives
from waveloom.config import plugins
from waveloom.features import groups
from waveloom.training import train
for package in (generators, discriminators, criteria, games, objectives, representations, groups):
    for name in plugins.available(package):
        plugins.load(package, name)
print(*(module.__file__ for name, module in sys.modules.items() if name.startswith("waveloom.")))
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return small.table(small.store(tmp_path_factory.mktemp("clips") / "clips"))


def test_the_same_arguments_have_the_same_fingerprint(table):
    made = {fingerprint(small.recipe(), small.CONFIG, small.FEATURES, "abc", table.copy()) for _ in range(2)}
    assert len(made) == 1
    assert len(made.pop()) == 64


def test_any_change_of_an_argument_changes_it(table):
    other = table.copy()
    other.iloc[3, 7] += 1e-3
    made = [
        fingerprint(small.recipe(), small.CONFIG, small.FEATURES, "abc", table),
        fingerprint(small.recipe(noise=5), small.CONFIG, small.FEATURES, "abc", table),
        fingerprint(small.recipe(), replace(small.CONFIG, seed=1), small.FEATURES, "abc", table),
        fingerprint(small.recipe(), small.CONFIG, replace(small.FEATURES, n_mfcc=5), "abc", table),
        fingerprint(small.recipe(), small.CONFIG, small.FEATURES, "abd", table),
        fingerprint(small.recipe(), small.CONFIG, small.FEATURES, "abc", other),
        fingerprint(small.recipe(), small.CONFIG, small.FEATURES, "abc", table, start="abc"),
        fingerprint(small.recipe(), small.CONFIG, small.FEATURES, "abc", table, scaler=fit(table)),
        fingerprint(small.recipe(), small.CONFIG, small.FEATURES, "abc", table, scaler=fit(table.iloc[1:])),
    ]
    assert len(set(made)) == len(made)


@pytest.mark.parametrize("module", ["training/game.py", "features/kernel_distance.py", "features/groups/pitch.py"])
def test_a_changed_line_of_code_changes_it(tmp_path, module):
    (tmp_path / module).parent.mkdir(parents=True)
    (tmp_path / module).write_text("rate = 1\n")
    before = code_digest(tmp_path, CODE)
    (tmp_path / module).write_text("rate = 2\n")
    assert code_digest(tmp_path, CODE) != before


def test_every_pattern_of_code_finds_files():
    assert all(code_files(Path(waveloom.__file__).parent, [pattern]) for pattern in CODE)


def test_every_imported_module_that_influences_the_weights_counts():
    process = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True)
    package = Path(waveloom.__file__).parent
    imported = {Path(file) for file in process.stdout.split()}
    parts = {path: path.relative_to(package).parts for path in imported}
    influential = {path for path, names in parts.items() if names[0].removesuffix(".py") not in NO_INFLUENCE}
    assert len(influential) > 60
    not_counted = influential - set(code_files(package, CODE))
    assert {str(path.relative_to(package)) for path in not_counted} <= DESCRIBES


def test_a_complete_recipe_has_every_option_and_reads_back_as_itself():
    recipe = complete_recipe(small.recipe())
    assert recipe["options"]["generators"]["dense"] == {"widths": [8]}
    assert recipe["options"]["discriminators"]["dense"] == {"widths": [8], "slope": 0.2, "dropout": 0.3}
    assert complete_recipe(resolve(recipe, {})) == recipe
