"""From clips and their feature table to a trained generator."""

from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import tensorflow as tf

from waveloom.audio.store import ClipStore
from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.execution.locks import exclusive_lock
from waveloom.features import Features
from waveloom.features.scaling import Scaler
from waveloom.models.build_networks import build_networks
from waveloom.models.descriptions import recorded
from waveloom.models.model import Model
from waveloom.models.networks import Networks, StoresTrainingSounds, weights_by_name
from waveloom.models.recipe import Recipe
from waveloom.similarity import training_sounds as originals
from waveloom.similarity.training_sounds import MOST, TrainingSounds
from waveloom.training import objectives
from waveloom.training.batches import Encoded, encode_aside
from waveloom.training.callbacks import Watch
from waveloom.training.config import Train
from waveloom.training.distribution import Crew, crew
from waveloom.training.few_clips import omissions, with_omissions
from waveloom.training.fingerprint import fingerprint, settled
from waveloom.training.game import Game
from waveloom.training.games.dual import DualGame
from waveloom.training.loop import Session
from waveloom.training.precision import computing_in
from waveloom.training.recipe_checks import game_options
from waveloom.training.task import Task, task, with_bandwidth
from waveloom.training.training_state import Course
from waveloom.training.transfer import Start, begin, slow_down
from waveloom.training.validation import hold_out

ENCODED_AT_ONCE = 64  # clips


def train(
    store: ClipStore,
    table: pd.DataFrame,
    scaler: Scaler,
    features: Features,
    recipe: Recipe,
    rules: Train,
    workspace: Path,
    watch: Watch | None = None,
    start_model: Model | None = None,
) -> tuple[Model, pd.DataFrame]:
    """Train `recipe` on the training split of `store`; gives the generator and its history (see `Course`).

    `scaler` was fitted on the training rows of `table`; `start_model` is what `rules.start_from` names.

    Killed at any moment and called again with the same arguments and code it goes on from its last checkpoint, kept in
    a sub-folder of `workspace` that no other arguments share, and ends with the same bits.
    """
    together = crew(rules)
    known = with_bandwidth(task(store, table, recipe, rules, together.replicas))
    missing = omissions(known, rules, scaler)
    rules, watched = replace(rules, batch_size=known.batch), rules.validate_every and "validation" not in missing
    validation = hold_out(known, rules, features, scaler) if watched and together.chief else None
    origin = start_model.digest if start_model else ""
    name = fingerprint(recipe, rules, features, store.digest, known.table, origin, scaler)
    with together.watched(), together.workspace(workspace) as place, ExitStack() as stack:
        together.alike(name)
        game, begun = start(known, rules, start_model, together)
        folder = place / name[:16]
        stack.enter_context(exclusive_lock(folder, f"runs this same training, whose checkpoints are in {folder}"))
        clips = encoded(known, folder / "clips.f32")
        rows = show(game, known, clips, rules)
        begun = replace(begun, remembered=len(rows), descriptions=described(known, rows))
        early = begun.remembered > 0
        learned = heard(known, rows, rules.seed)
        course = Session(game, clips, rules, folder, validation, watch or Watch(), together, early).play()
        clips.path.unlink()
    return with_omissions(trained_model(game, begun, known, rules, course, learned), missing), course.table()


def encoded(known: Task, path: Path) -> Encoded:
    """Encode the training split into the file `path`, once, a few clips at a time."""
    if not path.exists():
        chunks = (clips for _, clips in known.store.chunks(ENCODED_AT_ONCE, known.rows, known.channels))
        encode_aside(path, chunks, known.encode, known.shape)
    return Encoded(path, known.shape, known.labels[known.rows])


def show(game: Game, known: Task, clips: Encoded, rules: Train) -> np.ndarray:
    """Let networks that begin from the training clips see them; gives which they remember, of most networks none."""
    generator = known.chosen.generator
    if not isinstance(generator, StoresTrainingSounds):
        return np.empty(0, np.intp)
    groups = known.store.index["group"].to_numpy(str)[known.rows]
    rows: np.ndarray = generator.store_training_sounds(game.generator, clips, groups, rules.seed)
    if game.average is not game.generator:
        game.average.set_weights(game.generator.get_weights())
    return rows


def described(known: Task, rows: np.ndarray) -> dict[str, Any]:
    """Keep what is said of the remembered ones of the training clips: for words, which come by way of a label."""
    index = known.store.index.iloc[known.rows[rows]]
    if not known.classes or "description" not in index:  # as in indices of earlier versions
        return {}
    return recorded(index["description"], known.labels[known.rows[rows]])


def start(known: Task, rules: Train, model: Model | None, together: Crew) -> tuple[Game, Start]:
    """Build the networks from the seed, so that two starts are equal to the bit, and set them against each other."""
    keras.utils.set_random_seed(rules.seed)
    tf.config.experimental.enable_op_determinism()
    check_replicas(rules, together)
    with together.scope(), computing_in(rules.precision):
        networks = build(known)
        begun = begin(networks, known, rules, model)
        average = networks.generator
        if rules.average:  # a second generator, which follows the first
            average = build(known).generator
            average.set_weights(networks.generator.get_weights())
        recipe, objective = known.recipe, plugins.load(objectives, known.recipe.objective)
        played = (recipe.optimiser, rules.seed, rules.average, recipe.discriminator_training, known.augment)
        kind = partial(DualGame, options=game_options(recipe)) if networks.views else Game
        game: Game = kind(networks, average, objective, *played, rules.steps, rules.roll_back_rate)
        slow_down(game, begun, rules.loaded_rate)
    if rules.jit_compile:
        game.compile()
    return game, begun


def check_replicas(rules: Train, together: Crew) -> None:
    """Refuse what several replicas cannot do."""
    if together.strategy and rules.jit_compile:
        raise InputError("train.jit_compile compiles the step of one device; set it to false, or distribution to one.")
    if together.where.machines > 1 and rules.failures.any_rolls_back:
        raise InputError(
            "train.failures has roll_back, which a cluster cannot do, as only its chief looks; choose warn or stop, or "
            "set train.distribution to one or local."
        )


def build(known: Task) -> Networks:
    """Build the networks of the recipe."""
    return build_networks(known.recipe, known.chosen, known.shape, known.classes)


def heard(known: Task, remembered: np.ndarray, seed: int) -> TrainingSounds:
    """Get to know training clips, those `remembered` first, at most `originals.MOST`, so that none is handed out."""
    drawn = np.random.default_rng(seed).permutation(len(known.rows))
    first = np.isin(drawn, remembered)
    order = np.concatenate([drawn[first], drawn[~first]])
    rows = np.sort(known.rows[order[:MOST]])
    chunks = (clips for _, clips in known.store.chunks(ENCODED_AT_ONCE, rows))
    return originals.known(chunks, known.store.index["group"].to_numpy(str)[rows], known.store.rate_hz)


def trained_model(
    game: Game, begun: Start, known: Task, rules: Train, course: Course, learned: TrainingSounds
) -> Model:
    """Take the averaged generator out of the game, with what rebuilds it and what it was trained on."""
    best = rules.keep == "best" and bool(course.best)
    step = course.nearest if best else course.done
    kept = course.best if best else game.kept()
    weights = dict(zip(weights_by_name(game.average), kept, strict=False))
    discriminator = dict(zip(weights_by_name(game.discriminator), kept[len(weights) :], strict=True))
    spec: dict[str, Any] = {
        "recipe": settled(known.recipe),
        "rate_hz": known.store.rate_hz,
        "samples": known.store.samples,
        "labels": known.names if known.classes else [],
        "seed": rules.seed,
        "steps": step,
        "copy_threshold": learned.copy_threshold,
        "validation_distance": course.looks.get(step, "not measured"),
        "training": _training(known, rules, course),
        "data": _data(known),
        **({"channels": known.channels} if known.channels > 1 else {}),
        **({"bandwidth_hz": known.bandwidth_hz} if known.bandwidth_hz else {}),
        **begun.record(),
    }
    return Model(spec, weights, discriminator, learned.levels)


def _training(known: Task, rules: Train, course: Course) -> dict[str, Any]:
    """How long was trained, how it ended, and what went wrong on the way."""
    return {
        "steps": course.done,
        "clips_shown": course.done * rules.batch_size * known.recipe.discriminator_training.updates,
        "ended": course.ending(rules),
        "failures": course.failures,
        "roll_backs": [back.sentence for back in course.roll_backs],
    }


def _data(known: Task) -> dict[str, Any]:
    """What was learned from."""
    index = known.store.index.iloc[known.rows]
    counts = {"labels": _counts(index["label"]), "licences": _counts(index["licence"])}
    return {"clips": known.store.digest, "count": len(index), **counts}


def _counts(values: pd.Series) -> dict[str, int]:
    return {str(value): int(count) for value, count in values.value_counts().sort_index().items()}
