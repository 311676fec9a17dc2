import pytest

from waveloom.config.errors import InputError
from waveloom.models.recipe import resolve
from waveloom.training.recipe_checks import check_recipe

TREE = {"representation": "waveform", "generator": "dense", "discriminator": "dense", "objective": "wasserstein"}


def test_a_wasserstein_discriminator_without_bounds_is_refused_with_the_way_out():
    with pytest.raises(InputError, match=r"discriminator_training\.clip .* or discriminator_training\.penalty\.kind"):
        check_recipe(resolve(TREE, {}))


@pytest.mark.parametrize(
    "settings",
    [{"clip": 0.01}, {"penalty": {"kind": "wgan_gp"}}, {"penalty": {"kind": "r1"}}, {"spectral_norm": True}],
)
def test_any_bound_on_the_slopes_is_accepted(settings):
    check_recipe(resolve(TREE, {"discriminator_training": settings}))


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"objective": "hinge", "discriminator_training": {"smoothing": 0.1}},
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
        check_recipe(resolve({**TREE, "discriminator_training": {"clip": 0.01}}, overrides))


DUAL = {**TREE, "generator": "dual", "discriminator": "dual", "game": "dual", "condition": "label"}


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"label_as": "one_hot"}, "label_as one_hot"),
        ({"head": "acgan", "minibatch_stddev": True}, "training.head acgan, discriminator_training.minibatch_stddev"),
        ({"spectral_norm": True, "feature_matching": 1.0}, "training.spectral_norm, .*training.feature_matching"),
        ({"smoothing": 0.1}, "discriminator_training.smoothing"),
    ],
)
def test_what_is_not_possible_with_two_views_is_refused(overrides, message):
    tree = overrides if "label_as" in overrides else {"discriminator_training": overrides}
    with pytest.raises(InputError, match=f"dual', which is not possible with .*{message}; leave that out"):
        check_recipe(resolve(DUAL, tree))


@pytest.mark.parametrize("kind", ["generator", "discriminator"])
def test_the_game_of_two_views_needs_networks_that_have_them(kind):
    with pytest.raises(InputError, match=f"needs a {kind} with two views, and wavegan has one"):
        check_recipe(resolve(DUAL, {kind: "wavegan"}))


@pytest.mark.parametrize("tree", [{"game": "duel"}, {"options": {"games": {"duel": {}}}}])
def test_a_misspelt_game_is_named_with_those_there_are(tree):
    with pytest.raises(InputError, match="There is no 'duel' in games; choose from dual, generation"):
        check_recipe(resolve(DUAL, tree))


def test_a_waveform_view_alone_is_refused_where_nothing_trains_the_other_view():
    tree = {**DUAL, "options": {"generators": {"dual": {"output": "time"}}}}
    check_recipe(resolve({**tree, "discriminator_training": {"clip": 0.01}}, {}))
    with pytest.raises(InputError, match=r"generators\.dual\.output is 'time'.*set it to both, or the game to dual"):
        check_recipe(resolve(tree, {"game": "generation"}))


def test_a_game_of_another_task_is_refused():
    with pytest.raises(InputError, match=r"task is 'translation', but recipe\.game is 'generation', which is for"):
        check_recipe(resolve(TREE, {"task": "translation"}))


def test_generation_without_noise_is_refused():
    with pytest.raises(InputError, match=r"recipe\.noise is 0.*1 or more"):
        check_recipe(resolve(TREE, {"noise": 0, "discriminator_training": {"clip": 0.01}}))
