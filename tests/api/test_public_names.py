"""`import waveloom` is quick, and offers the names that its stub file declares."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import waveloom

HEAVY = ("numpy", "pandas", "scipy", "keras", "tensorflow", "librosa", "mlflow", "kedro", "dvc", "rich", "pydantic")
MAX_MODULES = 60  # more than Python itself has loaded; numpy alone has some 100


def loaded(code: str) -> set[str]:
    """Names of the modules that a new process loads, beyond those that Python starts with."""
    code = f"import sys; before = set(sys.modules); {code}; print(*(set(sys.modules) - before))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_importing_waveloom_loads_no_library():
    modules = loaded("import waveloom")
    assert not modules & set(HEAVY)
    assert len(modules) < MAX_MODULES


def test_loading_a_function_does_not_load_tensorflow_kedro_dvc_or_mlflow():
    modules = loaded("from waveloom import load, score, extract, classify, inspect")
    assert not modules & {"tensorflow", "keras", "kedro", "dvc", "mlflow"}


def test_every_public_name_exists_and_has_a_docstring():
    for name in set(waveloom.__all__) - {"__version__"}:
        assert getattr(waveloom, name).__doc__, name


def test_the_stub_file_declares_the_public_names():
    stub = Path(waveloom.__file__).with_suffix(".pyi").read_text()
    declared = set(re.findall(r"import (\w+) as \1$", stub, re.MULTILINE)) | {"__version__"}
    assert declared == set(waveloom.__all__)
    assert set(waveloom.__all__) <= set(dir(waveloom))


def test_the_version_is_that_of_the_installed_package():
    from importlib.metadata import version

    assert waveloom.__version__ == version("waveloom")


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        waveloom.lode  # noqa: B018
