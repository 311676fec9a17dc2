"""Train a generator on clips and their feature table."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import pandas as pd
import tensorflow as tf

from waveloom.audio.store import ClipStore
from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.execution.locks import exclusive_lock
from waveloom.features import Features
from waveloom.features.scaling import Scaler
from waveloom.models.build_networks import build_networks
from waveloom.models.model import Model
from waveloom.models.networks import Networks
from waveloom.models.recipe import Recipe
from waveloom.training import games, objectives
from waveloom.training.batches import EncodedClips, write_encoded
from waveloom.training.callbacks import Callbacks, NoCallbacks
from waveloom.training.config import Train
from waveloom.training.distribution import choose_strategy
from waveloom.training.few_clips import omissions, with_omissions
from waveloom.training.fingerprint import fingerprint
from waveloom.training.game import BaseGame, GameConfig
from waveloom.training.loop import TrainingLoop
from waveloom.training.precision import computing_in
from waveloom.training.recipe_checks import game_options
from waveloom.training.strategy import SingleDevice, Strategy
from waveloom.training.task import Task, create_task, with_bandwidth
from waveloom.training.trained_model import trained_model
from waveloom.training.training_sounds import (
    fingerprint_training_sounds,
    source_statistics,
    store_training_sounds,
    stored_descriptions,
)
from waveloom.training.transfer import Start, load_start, set_loaded_rate
from waveloom.training.translation_validation import create_translation_validation
from waveloom.training.validation import Validates, create_validation

CHUNK = 64  # clips encoded at a time


@dataclass(frozen=True)
class TrainingData:
    """Clips, their feature table, the parameters of the features, and the scaler fitted on its training rows."""

    store: ClipStore
    table: pd.DataFrame
    features: Features
    scaler: Scaler


def train(
    data: TrainingData,
    recipe: Recipe,
    config: Train,
    workspace: Path,
    callbacks: Callbacks | None = None,
    start_model: Model | None = None,
) -> tuple[Model, pd.DataFrame]:
    """Train `recipe` on the training split; returns the generator and its history (see `TrainingState`).

    `start_model` is the model at `config.start_from`. If it is killed and called again with the same arguments and
    code, it resumes from its last checkpoint, in a sub-folder of `workspace` that only these arguments use, and ends
    with bit-identical weights.
    """
    strategy = choose_strategy(config)
    task = with_bandwidth(create_task(data.store, data.table, recipe, config, strategy.replicas))
    left_out = omissions(task, config, data.scaler)
    config = replace(config, batch_size=task.batch_size)
    validates = config.validate_every and "validation" not in left_out and strategy.is_chief
    validation = choose_validation(task, config, data) if validates else None
    origin = start_model.digest if start_model else ""
    name = fingerprint(recipe, config, data.features, task.clips_digest, task.table, origin, data.scaler)
    with strategy.reporting_lost_machines(), strategy.workspace(workspace) as own, ExitStack() as stack:
        strategy.check_fingerprint(name)
        game, start = create_game(task, config, start_model, strategy)
        folder = own / name[:16]
        stack.enter_context(exclusive_lock(folder, f"runs this same training, whose checkpoints are in {folder}"))
        clips = encoded_clips(task, folder / "clips.f32")
        rows = store_training_sounds(game, task, clips, config.seed)
        start = replace(start, stored_sounds=len(rows), descriptions=stored_descriptions(task, rows))
        sounds = fingerprint_training_sounds(task, rows, config.seed)
        loop = TrainingLoop(
            game, clips, config, folder, validation, callbacks or NoCallbacks(), strategy, len(rows) > 0
        )
        state = loop.run()
        statistics = source_statistics(task, clips)
        clips.path.unlink()
    model = trained_model(game, start, task, config, state, sounds)
    model = replace(model, spec={**model.spec, **statistics})
    return with_omissions(model, left_out), state.table()


def choose_validation(task: Task, config: Train, data: TrainingData) -> Validates:
    """The validation of the recipe's task; that of a paired game is decided by the truth."""
    if task.recipe.task == "generation":
        return create_validation(task, config, data.features, data.scaler)
    paired = getattr(plugins.load(games, task.recipe.game), "PAIRED", False)
    return create_translation_validation(task, config, data.features, data.scaler, truth_decides=paired)


def encoded_clips(task: Task, path: Path) -> EncodedClips:
    """Encode the training split into the file `path`, unless it exists, a few clips at a time."""
    if not path.exists():
        chunks = (clips for _, clips in task.store.chunks(CHUNK, task.rows, task.channels))
        write_encoded(path, chunks, task.encode, task.shape)
    return EncodedClips(path, task.shape, task.labels[task.rows], task.pairs)


def create_game(task: Task, config: Train, model: Model | None, strategy: Strategy) -> tuple[BaseGame, Start]:
    """Build the networks from the seed, load the fitting weights of the start `model`, and create the recipe's game."""
    keras.utils.set_random_seed(config.seed)
    tf.config.experimental.enable_op_determinism()
    check_strategy(config, strategy)
    with strategy.scope(), computing_in(config.precision):
        networks = build(task)
        start = load_start(networks, task, config, model)
        average = networks.generator
        if config.average:
            average = build(task).generator
            average.set_weights(networks.generator.get_weights())
        kind = plugins.load(games, task.recipe.game)
        game = kind.Game(game_config(task, config), networks, average)
        set_loaded_rate(game, start, config.loaded_rate)
    if config.jit_compile:
        game.compile()
    return game, start


def game_config(task: Task, config: Train) -> GameConfig:
    """The settings of the game from the recipe and the parameters of the training."""
    recipe = task.recipe
    return GameConfig(
        objective=plugins.load(objectives, recipe.objective),
        optimiser=recipe.optimiser,
        discriminator=recipe.discriminator_training,
        augment=task.augmentation,
        seed=config.seed,
        average=config.average,
        steps=config.steps,
        roll_back_rate=config.roll_back_rate,
        options=game_options(recipe),
    )


def check_strategy(config: Train, strategy: Strategy) -> None:
    """Raise an InputError for settings that several replicas do not support."""
    if config.jit_compile and not isinstance(strategy, SingleDevice):
        raise InputError("train.jit_compile compiles the step of one device; set it to false, or distribution to one.")
    if strategy.machines > 1 and config.failures.any_rolls_back:
        raise InputError(
            "train.failures has roll_back, which a cluster does not support, because only its chief validates; choose "
            "warn or stop, or set train.distribution to one or local."
        )


def build(task: Task) -> Networks:
    """Build the networks of the recipe."""
    return build_networks(task.recipe, task.plugins, task.shape, task.classes)
