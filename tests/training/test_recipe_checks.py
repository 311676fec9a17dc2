import pytest

from waveloom.config.errors import InputError
from waveloom.models.recipe import resolve
from waveloom.training.recipe_checks import check_recipe

TREE = {"representation": "waveform", "networks": "dense", "objective": "wasserstein"}


def test_a_wasserstein_discriminator_without_bounds_is_refused_with_the_way_out():
    with pytest.raises(InputError, match=r"discriminator\.clip .* or discriminator\.penalty\.kind"):
        check_recipe(resolve(TREE, {}))


@pytest.mark.parametrize(
    "discriminator",
    [{"clip": 0.01}, {"penalty": {"kind": "wgan_gp"}}, {"penalty": {"kind": "r1"}}, {"spectral_norm": True}],
)
def test_any_bound_on_the_slopes_is_accepted(discriminator):
    check_recipe(resolve(TREE, {"discriminator": discriminator}))


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"objective": "hinge", "discriminator": {"smoothing": 0.1}},
            r"smoothing is 0\.1, but hinge has no targets.*bce",
        ),
        (
            {"augment": {"kinds": ["gain"], "probability": "adaptive"}},
            r"logits of wasserstein have no sign.*hinge or bce",
        ),
        ({"objective": "hing"}, "no 'hing' in objectives; choose from .*hinge"),
    ],
)
def test_settings_that_the_objective_cannot_use_are_refused_with_the_way_out(overrides, message):
    with pytest.raises(InputError, match=message):
        check_recipe(resolve({**TREE, "discriminator": {"clip": 0.01}}, overrides))
