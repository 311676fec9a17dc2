"""Full disks, closed terminals, low limits and misspelt names give a message, never a traceback."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.conditions import CONDITIONS
from tests.conftest import ROOT, scratch
from waveloom.config.errors import InputError
from waveloom.generation.labelled_clips import load_labelled_clips
from waveloom.generation.load import load
from waveloom.ingest.recording_rows import unreadable_name
from waveloom.models.files import save_model
from waveloom.models.locations import load_start_model
from waveloom.models.model import Model

EVERYWHERE = ("waveloom doctor", "kedro run --pipeline ingest")
COMMANDS = (
    "waveloom doctor --json",
    "waveloom use smoke",
    "waveloom results",
    "waveloom leaderboard",
    "waveloom tidy",
    "waveloom listen new a",
    "waveloom generate out",
    "waveloom classify sounds/low/00.wav",
)
CASES = [
    *((command, condition) for command in EVERYWHERE for condition in CONDITIONS),
    *((command, condition) for command in COMMANDS for condition in ("ascii", "little memory", "small files")),
]
MISSPELT = {
    "kedro run --pipeline ingst": "There is no pipeline 'ingst'; choose from .*prepare.* Did you mean 'ingest'?",
    "kedro run --pipelines trian": "There is no pipeline 'trian'.* Did you mean 'train'?",
    "kedro run --env smok": "There is no environment 'smok'; choose from .* Did you mean 'smoke'?",
    "kedro run --env smok --pipeline ingest": "There is no environment 'smok'.* Did you mean 'smoke'?",
    "kedro run --nodes ingst": r"Pipeline does not contain nodes named \['ingst'\].* Did you mean 'ingest'?",
    "kedro run --from-nodes prepar": r"does not contain nodes named \['prepar'\].* Did you mean 'prepare'?",
    "kedro run --to-outputs clps": r"does not contain datasets named \['clps'\]",
    "kedro run --tags nosuch": "Pipeline contains no nodes",
    "kedro run --runner SequentialRuner": "There is no runner 'SequentialRuner'.* Did you mean 'SequentialRunner'?",
    "kedro run --runner nosuch.Runner": "There is no runner 'nosuch.Runner'; choose from SequentialRunner,",
    "kedro run --runner kedro.io.MemoryDataset": "The runner kedro.io.MemoryDataset cannot be created: .*is_async",
    "kedro run --runner-params nosuch=1": "The runner SequentialRunner cannot be created: .*'nosuch'.* --runner-params",
    "kedro run --pipeline ingest --load-versions nosuch:1": r"\[nosuch\] are not found in the catalog. .* revision",
    "kedro run --pipeline train --params train.recipe=lom": "train.recipe is 'lom'.* Did you mean 'loom'?",
    "kedro run --pipeline ingest --params ingest.corpus=foldr": "no 'foldr' in corpora.* Did you mean 'folder'?",
    "kedro run --pipeline ingest --params ingst.corpus=folder": "ingst is not a section.* Did you mean 'ingest'?",
    "kedro run --pipeline prepare": "recordings.parquet does not exist. Run the stage that creates it",
    "waveloom use smok": "There is no preset 'smok'.* Did you mean 'smoke'?",
    "waveloom generate params.yaml": "params.yaml is a file; give the folder",
    "waveloom generate out --model conf": "conf holds no model",
    "waveloom classify sounds/low/00.wav --model nowhere": "nowhere holds no model",
    "waveloom listen import conf": "conf",
    "waveloom results --project /": "is not in a Waveloom project",
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The result of every command under every condition: {(command, condition): {code, output, error}}."""
    project = scratch(tmp_path_factory.mktemp("conditions"))
    cases = [(command, "normal") for command in MISSPELT]
    cases += CASES
    process = subprocess.run(
        [sys.executable, "-m", "tests.conditions"],
        cwd=project.folder,
        env={**project.env, "PYTHONPATH": str(ROOT), "GIT_CONFIG_NOSYSTEM": "1"},
        input=json.dumps([(command.split(), condition) for command, condition in cases]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return dict(zip(cases, json.loads(process.stdout.splitlines()[-1]), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("command", "condition"), CASES)
def test_no_command_prints_a_traceback_under_any_condition(results, command, condition):
    result = results[command, condition]
    assert "Traceback" not in result["error"] + result["output"], result["error"]
    assert result["code"] in (0, 1), result
    if result["code"] == 1 and condition != "no reader" and not result["output"]:
        assert "waveloom: " in result["error"]


@pytest.mark.slow
@pytest.mark.parametrize("command", MISSPELT)
def test_a_misspelt_name_or_a_wrong_folder_gives_one_message(results, command):
    result = results[command, "normal"]
    assert "Traceback" not in result["error"], result["error"]
    assert result["code"] == 1
    messages = [line for line in result["error"].splitlines() if line.startswith("waveloom: ")]
    assert len(messages) == 1, result["error"]
    assert re.search(MISSPELT[command].replace("?", r"\?"), messages[0])


def test_a_classifier_is_not_taken_for_a_generator(tmp_path):
    save_model(tmp_path / "c", Model({"classifier": "logistic", "labels": ["a"]}, {}), lambda model: "")
    message = "c holds a classifier, not a generator; give one such as data/04_models/generator"
    with pytest.raises(InputError, match=message):
        load(tmp_path / "c")
    with pytest.raises(InputError, match=message):
        load_start_model("c", tmp_path)
    with pytest.raises(InputError, match=message):
        load_labelled_clips(tmp_path / "c", 1, 0, "")


@pytest.mark.parametrize("text", ["[]", "7", '"text"', "{}", "null"])
def test_an_invalid_model_json_is_reported_as_damaged(tmp_path, text):
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(InputError, match="is damaged"):
        load(tmp_path)


@pytest.mark.parametrize("limited", [True, False])
def test_an_abort_of_a_library_under_kedro_is_explained_if_memory_is_limited(limited):
    limit = "resource.setrlimit(resource.RLIMIT_AS, (2**38, resource.RLIM_INFINITY))" if limited else ""
    code = (
        "from types import SimpleNamespace; from waveloom.commands.kedro_cli import hooks; "
        "hooks.before_command_run(SimpleNamespace(package_name='waveloom', project_path='.'))"
    )
    process = subprocess.run(
        [sys.executable, "-c", f"import os, resource; {limit}\n{code}\nos.abort()"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode == 1) == limited
    assert ("too little memory: it is limited to 274.9 GB" in process.stderr) == limited


def test_a_utf8_name_under_an_ascii_locale_is_not_reported_as_invalid():
    name = "os.fsdecode(b't\\xc3\\xb8ne')"
    code = f"import os; from waveloom.ingest.recording_rows import unreadable_name; unreadable_name({name})"
    environment = {**os.environ, "LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    process = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert process.stderr.splitlines()[-1].endswith(
        r"Python reads file names as ascii here, and 't\xf8ne' is UTF-8. Set PYTHONUTF8=1, or LC_ALL=C.UTF-8."
    )
    assert unreadable_name("t\xf8ne") == ""
    for name in ("t\udcffne", "t\ud800ne"):
        assert unreadable_name(name) == "name: it is not UTF-8; rename the file"


def test_a_module_that_hides_a_library_is_named(tmp_path):
    (tmp_path / "numpy.py").write_text("raise RuntimeError('mine')")
    code = "from waveloom.__main__ import main; main()"
    process = subprocess.run(
        [sys.executable, "-c", code, "doctor"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT / "src")])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1
    assert process.stderr.splitlines() == [
        f"waveloom: {tmp_path / 'numpy.py'}, found by PYTHONPATH, fails when it is imported (mine). "
        "Remove its folder from PYTHONPATH."
    ]
