from pathlib import Path

import pytest
from ruamel.yaml import YAML

from waveloom.errors import InputError
from waveloom.recipes import parts, resolve

RECIPES = sorted((Path(__file__).parents[1] / "conf/recipes").glob("*.yml"))
TREE = {"representation": "waveform", "networks": "dense", "objective": "wasserstein"}


@pytest.mark.parametrize("path", RECIPES, ids=[path.stem for path in RECIPES])
def test_every_recipe_is_whole_and_fits_the_default_clips(path):
    recipe = resolve(YAML(typ="safe").load(path), {})
    chosen = parts(recipe)
    shape = chosen.representation.shape(chosen.representation_config, 16384, 16000)
    assert chosen.networks.build(chosen.networks_config, shape, recipe.noise, 0).generator.output_shape[1:] == shape


def test_a_wasserstein_critic_without_bounds_is_refused_with_the_way_out():
    with pytest.raises(InputError, match=r"critic\.clip .* or critic\.penalty\.kind"):
        resolve(TREE, {})


@pytest.mark.parametrize("critic", [{"clip": 0.01}, {"penalty": {"kind": "wgan_gp"}}, {"penalty": {"kind": "r1"}}])
def test_any_bound_will_do(critic):
    assert resolve(TREE, {"critic": critic}).objective == "wasserstein"


def test_slopes_by_difference_have_no_length_to_penalise():
    penalty = {"kind": "wgan_gp", "difference": 0.01}
    with pytest.raises(InputError, match="needs exact slopes"):
        resolve(TREE, {"critic": {"penalty": penalty}})


def test_a_misspelt_penalty_is_named_with_those_there_are():
    with pytest.raises(InputError, match=r"critic\.penalty\.kind is 'wgan-gp'.*'wgan_gp'"):
        resolve(TREE, {"critic": {"penalty": {"kind": "wgan-gp"}}})
