import json

import numpy as np
import pytest

from waveloom.config.errors import InputError
from waveloom.features import Features
from waveloom.features.scaling import apply, fit, scaler_from_dict
from waveloom.features.table import KEYS, clip_features


def test_fitted_rows_get_mean_zero_and_deviation_one():
    rows = np.random.default_rng(0).normal([5, -3000, 1e-3], [2, 50, 1e-4], (200, 3))
    scaled = apply(fit(rows), rows)
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(scaled.std(axis=0), 1, atol=1e-5)


def test_other_rows_are_scaled_by_the_fitted_moments():
    scaler = fit(np.array([[0.0], [2.0]]))
    np.testing.assert_array_equal(apply(scaler, np.array([[1.0], [4.0]])), [[0.0], [3.0]])


@pytest.mark.parametrize("value", [0.0, -1131.3708, 1e-9])
def test_a_constant_column_becomes_zero_and_another_value_in_it_stays_finite(value):
    rows = np.full((7, 1), value, np.float32)
    rows[3] = np.nextafter(rows[3], np.float32(np.inf))
    scaler = fit(rows)
    np.testing.assert_allclose(apply(scaler, rows), 0, atol=1e-3)
    np.testing.assert_allclose(apply(scaler, rows + 1), 1, atol=1e-3)


def test_the_keys_of_a_feature_table_are_ignored():
    table = clip_features(np.random.default_rng(0).standard_normal((4, 2048)) / 4, 8000, Features())
    named = table.assign(**dict.fromkeys(KEYS, "x"))
    np.testing.assert_array_equal(apply(fit(named), named), apply(fit(table), table))


def test_no_rows_or_other_columns_are_refused():
    with pytest.raises(InputError, match="no rows"):
        fit(np.zeros((0, 3)))
    with pytest.raises(InputError, match="2 columns; the scaler was fitted on 3"):
        apply(fit(np.ones((2, 3))), np.ones((2, 2)))


def test_a_scaler_stored_and_loaded_scales_to_the_same_bits():
    table = clip_features(np.random.default_rng(0).standard_normal((4, 2048)) / 4, 8000, Features())
    fitted = fit(table)
    loaded = scaler_from_dict(json.loads(json.dumps(fitted.to_dict())))
    assert loaded.columns == tuple(table.columns)
    np.testing.assert_array_equal(apply(loaded, table), apply(fitted, table))


def test_columns_of_another_name_are_refused():
    table = clip_features(np.random.default_rng(0).standard_normal((4, 2048)) / 4, 8000, Features())
    with pytest.raises(InputError, match="have a column mfcc_00_mean where the scaler has x; run features again"):
        apply(fit(table.rename(columns={"mfcc_00_mean": "x"})), table)
