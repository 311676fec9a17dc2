"""Playing the game from the last checkpoint to the last step."""

import logging
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from waveloom.errors import InputError
from waveloom.training import checkpoint
from waveloom.training.batches import Encoded, batches
from waveloom.training.game import Game
from waveloom.training.progress import progress
from waveloom.training.rules import Train
from waveloom.training.validation import Validation
from waveloom.training.watch import Watch

log = logging.getLogger(__name__)

COLUMNS = ("step", "critic_loss", "generator_loss", "validation_distance")


def play(
    game: Game, clips: Encoded, rules: Train, folder: Path, validation: Validation | None, watch: Watch | None
) -> pd.DataFrame:
    """Train up to `rules.steps`, saving checkpoints in `folder`; gives the history, one row a step."""
    done, history = _resume(game, folder)
    size = rules.batch_size * game.teaching.updates
    stream = batches(clips, size, rules.balance, rules.seed, range(done + 1, rules.steps + 1))
    with progress(done, rules.steps) as report:
        for number, real, labels in stream:
            step = int(number)
            losses = _checked(step, game.train_step(number, real, labels))
            report(step, losses)
            history.append({"step": step, **losses, "validation_distance": math.nan})
            if watch:
                watch.losses(step, losses)
            if validation and _due(step, rules.validate_every, rules.steps):
                history[-1]["validation_distance"] = _validate(step, game, validation, watch)
            if _due(step, rules.checkpoint_every, rules.steps):
                checkpoint.save(folder, step, {**game.state(), **_columns(history)}, rules.keep_checkpoints)
    return pd.DataFrame(history, columns=COLUMNS)


def _validate(step: int, game: Game, validation: Validation, watch: Watch | None) -> float:
    sounds, distance = validation.measure(lambda noise, labels: game.sample(noise, labels).numpy())
    if watch:
        watch.preview(step, sounds, validation.known.store.rate_hz, distance)
    return distance


def _resume(game: Game, folder: Path) -> tuple[int, list[dict[str, Any]]]:
    """Restore the newest whole checkpoint, if there is one; gives its step and the history until then."""
    found = checkpoint.latest(folder)
    if found is None:
        return 0, []
    step, state = found
    game.restore(state)
    log.info("Resuming after step %d, the last checkpoint.", step)
    rows = zip(*(state[f"history/{name}"].tolist() for name in COLUMNS), strict=True)
    return step, [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def _columns(history: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    return {f"history/{name}": np.array([row[name] for row in history]) for name in COLUMNS}


def _checked(step: int, losses: Mapping[str, Any]) -> dict[str, float]:
    found = {name: float(value) for name, value in losses.items()}
    for name, value in found.items():
        if not math.isfinite(value):
            raise InputError(
                f"The {name.replace('_', ' ')} became {value} at step {step}; training cannot go on. "
                "Lower optimiser.generator_rate and optimiser.critic_rate in train.overrides, or change the objective."
            )
    return found


def _due(step: int, every: int, last: int) -> bool:
    return step == last or step % every == 0
