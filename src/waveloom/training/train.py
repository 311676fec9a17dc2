"""From clips and their feature table to a trained generator."""

from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import tensorflow as tf

from waveloom.audio.store import ClipStore
from waveloom.features import Features
from waveloom.features.scale import Scaler
from waveloom.model import Model
from waveloom.recipes import Recipe
from waveloom.training.batches import Encoded, encode_aside
from waveloom.training.course import Course
from waveloom.training.fingerprint import fingerprint, settled
from waveloom.training.game import Game
from waveloom.training.loop import play
from waveloom.training.precision import computing_in
from waveloom.training.rules import Train
from waveloom.training.task import Task, task
from waveloom.training.validation import hold_out
from waveloom.training.watch import Watch

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
) -> tuple[Model, pd.DataFrame]:
    """Train `recipe` on the training split of `store`; gives the generator and its history, one row a step.

    `scaler` was fitted on the training rows of `table`.

    Killed at any moment and called again with the same arguments and code it goes on from its last checkpoint, kept in
    a sub-folder of `workspace` that no other arguments share, and ends with the same bits.
    """
    known = task(store, table, recipe, rules)
    validation = hold_out(known, rules, features, scaler) if rules.validate_every else None
    folder = workspace / fingerprint(recipe, rules, features, store.digest, known.table)[:16]
    folder.mkdir(parents=True, exist_ok=True)
    clips = encoded(known, folder / "clips.f32")
    game = start(known, rules)
    course = play(game, clips, rules, folder, validation, watch)
    clips.path.unlink()
    return trained_model(game, known, rules, course), course.table()


def encoded(known: Task, path: Path) -> Encoded:
    """Encode the training split into the file `path`, once, a few clips at a time."""
    if not path.exists():
        chunks = (clips for _, clips in known.store.chunks(ENCODED_AT_ONCE, known.rows))
        encode_aside(path, chunks, known.encode, known.shape)
    return Encoded(path, known.shape, known.labels[known.rows])


def start(known: Task, rules: Train) -> Game:
    """Build the networks from the seed, so that two starts are equal to the bit, and set them against each other."""
    keras.utils.set_random_seed(rules.seed)
    tf.config.experimental.enable_op_determinism()
    recipe, chosen = known.recipe, known.chosen
    build = partial(chosen.networks.build, chosen.networks_config, known.shape, recipe.noise, known.classes)
    with computing_in(rules.precision):
        networks = build()
        average = networks.generator
        if rules.average:
            average = build().generator
            average.set_weights(networks.generator.get_weights())
    knobs = (recipe.optimiser, rules.seed, rules.average, recipe.critic, rules.steps, rules.roll_back_rate)
    game = Game(networks, average, chosen.objective, *knobs)
    if rules.jit_compile:
        game.compile()
    return game


def trained_model(game: Game, known: Task, rules: Train, course: Course) -> Model:
    """Take the averaged generator out of the game, with what rebuilds it and what it was trained on."""
    index = known.store.index.iloc[known.rows]
    best = rules.keep == "best" and bool(course.best)
    step = course.nearest if best else course.done
    weights = course.best if best else [np.array(weight.numpy()) for weight in game.average.weights]
    spec: dict[str, Any] = {
        "recipe": settled(known.recipe),
        "rate_hz": known.store.rate_hz,
        "samples": known.store.samples,
        "labels": known.names if known.classes else [],
        "seed": rules.seed,
        "steps": step,
        "validation_distance": course.looks.get(step, "not measured"),
        "training": {
            "steps": course.done,
            "clips_shown": course.done * rules.batch_size * known.recipe.critic.updates,
            "ended": course.ending(rules),
            "failures": course.failures,
            "roll_backs": [back.sentence for back in course.roll_backs],
        },
        "data": {
            "clips": known.store.digest,
            "count": len(index),
            "labels": _counts(index["label"]),
            "licences": _counts(index["licence"]),
        },
    }
    return Model(spec, {f"{i:03d}": weight for i, weight in enumerate(weights)})


def _counts(values: pd.Series) -> dict[str, int]:
    return {str(value): int(count) for value, count in values.value_counts().sort_index().items()}
