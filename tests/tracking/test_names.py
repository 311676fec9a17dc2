"""Names under which MLflow gets what people may call as they like."""

from mlflow.utils.validation import _validate_param_name

from waveloom.tracking.runs import loggable


def test_any_key_of_an_option_becomes_a_name_that_mlflow_takes():
    keys = ["dog", "R&B", "pop/rock", "../x", "a: b?", "l\u2019\u00e9t\u00e9", "x" * 400, "\u97f3" * 200, "a\nb", "%"]
    named = loggable({"ingest": {"options": {"values": {"genre": dict.fromkeys(keys, "1")}}}})
    assert len(named) == len(keys)
    for name in named:
        _validate_param_name(name)
    assert "ingest.options.values.genre.dog" in named
