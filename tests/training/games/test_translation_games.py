from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.training import small, small_translation
from tests.training.callbacks import uninterrupted_and_resumed
from waveloom.config.errors import InputError
from waveloom.models.build_networks import build_networks
from waveloom.models.recipe import parts
from waveloom.training.batches import Batch
from waveloom.training.config import Failures
from waveloom.training.criteria import l1, multi_resolution
from waveloom.training.game import GameConfig
from waveloom.training.games import paired, unpaired
from waveloom.training.objectives import hinge
from waveloom.training.perturb import perturb
from waveloom.training.recipe_checks import check_recipe, game_options
from waveloom.training.train import train

SHAPE, BATCH, LABELS = (8, 16), 4, tf.constant([0, 1, 2, 0])
TARGET, SOURCE = (tf.tanh(tf.random.stateless_normal((BATCH, *SHAPE), seed=(0, seed))) for seed in (0, 1))
A_BATCH = Batch(TARGET, SOURCE, LABELS, tf.constant([1, 0, 0, 2]))
ALL = {"adversarial": 1.0, "contrastive": 1.0, "cycle": 1.0, "identity": 1.0, "back_translation": 0.5}


@pytest.fixture(autouse=True)
def plugins(monkeypatch):
    small_translation.add_plugins(monkeypatch)


def game(name, weights=None, steps=10, settings=None, marks=True):
    keras.utils.set_random_seed(3)
    options = {"options": {"generators": {"tiny_translator": {"marks": marks}}}}
    recipe = small_translation.recipe(name, weights, discriminator_training=settings or {}, **options)
    nets, other = (build_networks(recipe, parts(recipe), SHAPE, 3) for _ in range(2))
    other.generator.set_weights(nets.generator.get_weights())
    config = GameConfig(
        hinge, recipe.optimiser, recipe.discriminator_training, average=0.9, steps=steps, options=game_options(recipe)
    )
    return {"paired": paired, "unpaired": unpaired}[name].Game(config, nets, other.generator)


def copies(network):
    return [np.array(weight) for weight in network.trainable_variables]


def changed(before, network):
    return [not np.array_equal(old, new) for old, new in zip(before, copies(network), strict=True)]


def step(a_game, number=1):
    losses = a_game.train_step(tf.constant(number), A_BATCH)
    return {name: float(loss) for name, loss in losses.items()}


@pytest.mark.parametrize(
    ("name", "weights"), [("paired", {}), ("unpaired", ALL), ("unpaired", {"reconstruction": 0, "cycle": 1})]
)
def test_a_step_trains_every_weight_of_both_networks_and_its_terms_add_up(name, weights):
    a_game = game(name, weights, settings={"feature_matching": 1.0})
    before = copies(a_game.generator), copies(a_game.discriminator)
    losses = step(a_game)
    assert all(changed(before[0], a_game.generator))
    names = [weight.path for weight in a_game.discriminator.trainable_variables]
    same = [name for name, one in zip(names, changed(before[1], a_game.discriminator), strict=True) if not one]
    assert same in ([], ["logits/bias"])  # within its margins the hinge loss has no gradient for a common bias
    terms = [loss for term, loss in losses.items() if term not in ("discriminator_loss", "generator_loss")]
    assert sum(terms) == pytest.approx(losses["generator_loss"], rel=1e-5)


@pytest.mark.parametrize("name", ["paired", "unpaired"])
def test_the_discriminator_waits_for_the_second_phase(name):
    a_game = game(name, {"second_phase_from": 0.5, "adversarial": 1.0})
    for number in (1, 5, 6):
        before, second = copies(a_game.discriminator), number > 5
        losses = step(a_game, number)
        assert a_game.trains_discriminator(number) == second
        assert any(changed(before, a_game.discriminator)) == second
        assert (losses["discriminator_loss"] != 0) == second
        assert (losses["adversarial_loss"] != 0) == second


@pytest.mark.parametrize("name", ["paired", "unpaired"])
def test_without_its_weight_there_is_no_discriminator(name):
    a_game = game(name, {"adversarial": 0.0})
    before = copies(a_game.discriminator)
    assert "adversarial_loss" not in step(a_game)
    assert not any(changed(before, a_game.discriminator))
    assert not a_game.trains_discriminator(10)


def test_the_distance_of_a_paired_game_is_that_to_the_truth():
    a_game = game("paired", {"l1": 3.0, "multi_resolution": 0.5, "adversarial": 0.0})
    translated = a_game.generator([SOURCE, LABELS])
    expected = 3 * (l1.loss(TARGET, translated) + 0.5 * multi_resolution.loss(TARGET, translated))
    assert step(a_game)["distance_loss"] == pytest.approx(float(expected), rel=1e-5)


def test_feature_matching_compares_every_feature_with_that_of_the_truth():
    a_game = game("paired", settings={"feature_matching": 2.0})
    output = a_game.discriminator_output
    features = [output(clips, LABELS).features for clips in (TARGET, a_game.generator([SOURCE, LABELS]))]
    expected = 2 * np.mean([l1.loss(*both) for both in zip(*features, strict=True)])
    assert len(features[0]) == 2
    assert step(a_game)["feature_loss"] == pytest.approx(expected, rel=1e-5)


def expected_terms(a_game):
    """The terms of an unpaired game with all weights 1, no back-translation and nothing judged as rebuilt."""
    options, call = a_game.options, lambda clips, labels: a_game.generator([clips, labels])
    rebuilt = call(perturb(TARGET, options.perturbation, a_game.random_seed(1, unpaired.PERTURB)), LABELS)
    back = call(call(SOURCE, LABELS), A_BATCH.source_labels)
    return {
        "reconstruction_loss": l1.loss(TARGET, rebuilt),
        "identity_loss": l1.loss(TARGET, call(TARGET, LABELS)),
        "cycle_loss": l1.loss(SOURCE, back),
    }


def test_the_terms_of_an_unpaired_game_are_those_distances():
    weights = {**ALL, "back_translation": 0.0, "multi_resolution": 0.0, "rebuilt_share": 0.0}
    a_game = game("unpaired", weights)
    expected, losses = expected_terms(a_game), step(a_game)
    for name, loss in expected.items():
        assert losses[name] == pytest.approx(float(loss), rel=1e-5), name


def test_back_translated_clips_replace_perturbed_ones_in_the_second_phase_alone():
    a_game = game("unpaired", {"back_translation": 0.5, "second_phase_from": 0.5})
    first, second = (a_game.with_other_timbre(1, A_BATCH, phase).numpy() for phase in (False, True))
    translated = a_game.generator([TARGET[:2], A_BATCH.source_labels[:2]])
    np.testing.assert_allclose(second[:2], translated, rtol=1e-5, atol=1e-6)
    assert not np.allclose(first[:2], second[:2], atol=1e-3)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_discriminator_judges_rebuilt_and_translated_clips_of_the_same_domains(share):
    a_game = game("unpaired", {"rebuilt_share": share, "perturbation": dict.fromkeys(STRENGTHS, 0.0)})
    _, judged = a_game.generator_losses(1, A_BATCH, True)
    rebuilt, translated = a_game.generator([TARGET, LABELS]), a_game.generator([SOURCE, LABELS])
    first = int(share * BATCH)
    np.testing.assert_allclose(judged.clips, np.concatenate([rebuilt[:first], translated[first:]]), atol=1e-6)
    assert int(judged.with_truth) == first


STRENGTHS = ("equaliser_db", "partials_db", "contrast", "slow_gain_db", "gain_db", "bands", "noise")


def test_the_average_translates_outside_of_training():
    a_game = game("paired")
    step(a_game)
    expected = a_game.average([SOURCE, LABELS])
    np.testing.assert_allclose(a_game.sample(SOURCE, LABELS), expected, rtol=1e-5, atol=1e-6)


def test_a_contrastive_term_needs_features_that_the_generator_marks():
    with pytest.raises(InputError, match=r"unpaired\.contrastive is above 0, but the generator marks no features"):
        game("unpaired", {"contrastive": 1.0}, marks=False)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"representation": "mel"}, "representation is 'mel', but .*game is 'paired', .*only with 'spectrogram'"),
        ({"condition": "none"}, "condition is 'none'"),
        ({"noise": 8}, "noise is 8"),
        ({"discriminator_training": {"updates": 2}}, r"discriminator_training\.updates is 2"),
        ({"discriminator_training": {"head": "acgan"}}, "head is 'acgan'"),
        ({"generator": "residual"}, "generator is 'residual', which is for generation; choose another generator"),
        ({"task": "generation"}, "task is 'generation', but recipe.game is 'paired', which is for translation"),
        ({"task": "generation", "game": "generation", "generator": "residual", "noise": 8}, "logits are of patches"),
    ],
)
def test_a_recipe_that_cannot_translate_is_refused_with_the_way_out(overrides, message):
    with pytest.raises(InputError, match=message):
        check_recipe(small_translation.recipe("paired", **overrides))


def test_a_game_in_which_nothing_keeps_the_content_is_refused():
    with pytest.raises(InputError, match="no weight that keeps the content"):
        check_recipe(small_translation.recipe("unpaired", {"reconstruction": 0.0, "identity": 1.0}))


@pytest.mark.parametrize(
    ("name", "weights", "stop"), [("paired", {}, 8), ("unpaired", ALL, 4)], ids=["in the second phase", "in the first"]
)
def test_a_training_that_is_interrupted_ends_with_the_same_bits(name, weights, stop, tmp_path):
    store = small_translation.store(tmp_path / "clips")
    settings = {"feature_matching": 1.0, "penalty": {"kind": "r1", "every": 2}, "spectral_norm": True}
    weights = {**weights, "second_phase_from": 0.5}
    recipe = small_translation.recipe(
        name, weights, discriminator_training=settings, augment={"kinds": ["shift", "gain"], "probability": 0.5}
    )
    arguments = (small.data(store), recipe, small.CONFIG)
    (whole, history), (again, same) = uninterrupted_and_resumed(arguments, tmp_path, stop)
    assert again.digest == whole.digest
    assert history.equals(same)
    assert {"validation_style", "validation_content", "validation_truth"} <= set(history.columns)
    assert whole.spec["labels"] == ["plain", "rich"]
    assert whole.spec["recipe"]["task"] == "translation"
    assert whole.spec["data"]["labels"] == {"plain": 18, "rich": 18}


def test_it_rolls_back_and_ends_as_a_training_that_was_interrupted(tmp_path):
    store = small_translation.store(tmp_path / "clips")
    config = replace(small.CONFIG, failures=Failures(unchanged="roll_back", content_lost="roll_back"), roll_backs=2)
    arguments = (small.data(store), small_translation.recipe("unpaired"), config)
    (whole, _), (again, _) = uninterrupted_and_resumed(arguments, tmp_path)
    assert again.digest == whole.digest


def test_a_translator_learns_the_overtones_of_the_other_domain(tmp_path):
    store = small_translation.store(tmp_path / "clips")
    recipe = small_translation.recipe("paired", {"adversarial": 0.0}, optimiser={"generator_rate": 0.003})
    config = replace(small.CONFIG, steps=300, validate_every=100, checkpoint_every=300, batch_size=16)
    _, history = train(small.data(store), recipe, config, tmp_path / "work")
    assert history["validation_truth"].dropna().iloc[-1] < 0.7
