from types import SimpleNamespace

import numpy as np
import pandas as pd

from tests.evaluation.conftest import make_model
from waveloom.generation import sampler
from waveloom.generation.sampler import Sampler
from waveloom.models.files import save_model
from waveloom.tracking.pyfunc_generator import TrackedGenerator


def test_predictions_are_the_clips_of_seed_and_label_by_one_network(monkeypatch, tmp_path):
    model = make_model(["high", "low"])
    expected = Sampler(model).clips([3, 4], ["low", "high"])
    save_model(tmp_path, model)
    built, build_network = [], sampler.build_network
    monkeypatch.setattr(sampler, "build_network", lambda loaded: built.append(loaded) or build_network(loaded))
    tracked = TrackedGenerator()
    tracked.load_context(SimpleNamespace(artifacts={"generator": str(tmp_path)}))
    rows = pd.DataFrame({"seed": [3, 4], "label": ["low", "high"]})
    for _ in range(2):
        np.testing.assert_array_equal(tracked.predict(None, rows), expected)
    assert len(built) == 1
