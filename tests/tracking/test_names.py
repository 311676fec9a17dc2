"""Parameters may have keys of any characters, and MLflow accepts only some."""

from mlflow.utils.validation import _validate_param_name

from waveloom.tracking.names import loggable_parameters


def test_any_key_of_an_option_becomes_a_name_that_mlflow_accepts():
    keys = ["dog", "R&B", "pop/rock", "../x", "a: b?", "l\u2019\u00e9t\u00e9", "x" * 400, "\u97f3" * 200, "a\nb", "%"]
    names = loggable_parameters({"ingest": {"options": {"values": {"genre": dict.fromkeys(keys, "1")}}}})
    assert len(names) == len(keys)
    for name in names:
        _validate_param_name(name)
    assert "ingest.options.values.genre.dog" in names
