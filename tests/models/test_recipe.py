from pathlib import Path

import pytest
from ruamel.yaml import YAML

from waveloom.config.errors import InputError
from waveloom.models.networks import Inputs
from waveloom.models.recipe import parts, resolve
from waveloom.training.recipe_checks import check_recipe

RECIPES = sorted((Path(__file__).parents[2] / "conf/recipes").glob("*.yml"))
TREE = {"representation": "waveform", "generator": "dense", "discriminator": "dense", "objective": "wasserstein"}


@pytest.mark.parametrize("path", RECIPES, ids=[path.stem for path in RECIPES])
def test_every_recipe_is_whole_and_fits_the_default_clips(path):
    recipe = resolve(YAML(typ="safe").load(path), {})
    chosen = parts(recipe)
    shape = chosen.representation.shape(chosen.representation_config, 16384, 16000)
    translates = recipe.task == "translation"
    inputs = Inputs(recipe.noise, 2 * translates, source=translates)
    assert chosen.generator.build(chosen.generator_config, shape, inputs).output_shape[1:] == shape
    assert chosen.discriminator.build(chosen.discriminator_config, shape, 0).output_shape[-1] == 1
    check_recipe(recipe)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"discriminator_training": {"head": "acgan"}},
            r"discriminator_training\.head is 'acgan', but condition is 'none'.*condition to label",
        ),
        ({"label_as": "one_hot"}, r"label_as is 'one_hot', but condition is 'none'"),
        ({"augment": {"probability": "adaptive"}}, r"adaptive', but augment\.kinds is empty"),
        ({"augment": {"kinds": ["pitch"]}}, r"augment\.kinds\.0 is 'pitch'"),
        ({"augment": {"probability": 1.5}}, r"augment\.probability"),
    ],
)
def test_contradictory_options_are_refused_with_the_way_out(overrides, message):
    with pytest.raises(InputError, match=message):
        resolve({**TREE, "discriminator_training": {"clip": 0.01}, "objective": "bce"}, overrides)


def test_slopes_by_difference_have_no_length_to_penalise():
    penalty = {"kind": "wgan_gp", "difference": 0.01}
    with pytest.raises(InputError, match="needs exact gradients"):
        resolve(TREE, {"discriminator_training": {"penalty": penalty}})


def test_a_misspelt_penalty_is_named_with_those_there_are():
    with pytest.raises(InputError, match=r"discriminator_training\.penalty\.kind is 'wgan-gp'.*'wgan_gp'"):
        resolve(TREE, {"discriminator_training": {"penalty": {"kind": "wgan-gp"}}})
