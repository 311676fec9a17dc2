"""The preset of 192 kHz clicks in the real chain, on the sounds that its corpus synthesises."""

import numpy as np
import pandas as pd
import pytest

from tests.conftest import scratch
from waveloom.audio.store import open_store
from waveloom.models.files import load_model

pytestmark = pytest.mark.slow


def test_the_clicks_preset_trains_a_generator_of_aligned_clicks(tmp_path):
    project = scratch(tmp_path)
    project.run("waveloom", "use", "clicks")
    project.set({"ingest": {"options": {"animals": 5, "recordings": 2, "clicks": 4}}})
    project.run("dvc", "repro")
    store = open_store(project.folder / "data/02_clips/clips")
    assert (store.rate_hz, store.samples) == (192_000, 1024)
    recordings = pd.read_parquet(project.folder / "data/01_recordings/recordings.parquet")
    assert (recordings["status"] == "accepted").sum() == 30
    assert 3 * 30 <= len(store) <= 4 * 30  # a click more than 20 dB below another may be missed
    clips = store.read(np.arange(len(store)))
    assert (np.abs(clips).argmax(axis=1) == 512).all()
    assert load_model(project.folder / "data/04_models/generator").spec["samples"] == 1024
    assert (project.folder / "data/06_reports/report.html").is_file()
