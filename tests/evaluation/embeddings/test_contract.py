"""Every file in embeddings fulfils the contract; a new one is found automatically, and skipped if not installed."""

import numpy as np
import pytest

from tests.inaudible import CHANGES, strokes
from tests.sounds import RATE, chirp, noise, silence, tone
from waveloom.config.plugins import available, load
from waveloom.evaluation import embeddings
from waveloom.features import Features

CLIPS = np.stack([tone(440), chirp(200, 4000), noise(), silence(), tone(440, gain=0.01)])


@pytest.fixture(scope="module", params=available(embeddings))
def embedding(request):
    module = load(embeddings, request.param)
    if module.missing():
        pytest.skip(module.missing())
    return module


@pytest.mark.parametrize("name", available(embeddings))
def test_it_states_its_meaning_and_whether_it_is_installed(name):
    module = load(embeddings, name)
    assert module.MEANING.startswith(f"{name}: ")
    assert module.MEANING.endswith(".")
    assert isinstance(module.STANDARDISE, bool)
    assert module.missing() == "" or module.missing().startswith("not installed: ")


def test_every_clip_gets_one_finite_row_and_the_version_is_named(embedding):
    rows = embedding.embed(CLIPS, RATE, Features())
    assert rows.dtype == np.float32
    assert rows.ndim == 2
    assert len(rows) == len(CLIPS)
    assert np.isfinite(rows).all()
    assert embedding.version()


def test_a_row_does_not_depend_on_other_clips(embedding):
    rows = embedding.embed(CLIPS, RATE, Features())
    turned = embedding.embed(CLIPS[::-1], RATE, Features())[::-1]
    assert np.allclose(rows, turned, rtol=1e-4, atol=1e-4 * np.abs(rows).max())


def test_different_sounds_lie_apart_and_equal_ones_together(embedding):
    rows = embedding.embed(np.stack([tone(440), tone(440), noise()]), RATE, Features())
    apart, together = np.linalg.norm(rows[0] - rows[2]), np.linalg.norm(rows[0] - rows[1])
    assert together <= 1e-4 * apart


def test_no_clips_give_no_rows(embedding):
    assert embedding.embed(CLIPS[:0], RATE, Features()).shape[0] == 0


@pytest.mark.parametrize("change", CHANGES)
def test_an_inaudible_change_moves_no_row_far(embedding, change):
    clips = strokes(8, RATE, 1.024)
    before, after = (embedding.embed(some, RATE, Features()) for some in (clips, CHANGES[change](clips, RATE)))
    scale = before.std(axis=0) + 1e-6 if embedding.STANDARDISE else 1.0
    apart = np.linalg.norm((before[:, None] - before) / scale, axis=2)[~np.eye(8, dtype=bool)]
    assert np.median(np.linalg.norm((after - before) / scale, axis=1)) < 0.15 * np.median(apart)
