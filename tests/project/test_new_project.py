"""`waveloom new`: a project of one's own, and the places where none can be made."""

import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from tests.sounds import noise, tone, write_wav
from waveloom.commands.app import app
from waveloom.config.errors import InputError
from waveloom.project import params
from waveloom.project.new_project import check_place
from waveloom.project.template import presets, project_files, template

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    """Five seconds each of three tones and three noises, at 8 kHz."""
    folder = tmp_path_factory.mktemp("corpus") / "sounds"
    for number in range(3):
        write_wav(folder / f"tone/{number}.wav", tone(200 + 100 * number, 5.0, 8000), 8000)
        write_wav(folder / f"noise/{number}.wav", noise(5.0, seed=number)[:40_000], 8000)
    return folder


def waveloom(*words):
    """Run a command in a process of its own: Kedro, which some load, would close pytest's streams in this one."""
    return subprocess.run([sys.executable, "-m", "waveloom", *map(str, words)], capture_output=True, text=True)


@pytest.fixture(scope="module")
def project(sounds, tmp_path_factory):
    folder = tmp_path_factory.mktemp("new") / "my-sounds"
    done = waveloom("new", folder, "--from", sounds)
    assert done.returncode == 0, done.stderr
    assert "Chosen for params.yaml" in done.stdout
    return folder


def git(folder, *command):
    done = subprocess.run(["git", *command], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_new_project_is_committed_and_has_no_source(project):
    assert git(project, "status", "--porcelain") == ""
    assert git(project, "log", "--format=%s") == "New Waveloom project"
    assert not (project / "src").exists()
    assert (project / ".dvc/config").is_file()


def test_its_parameters_suit_the_sounds(project, sounds):
    tree = params.load(project / "params.yaml")
    params.check(tree)
    assert tree["ingest"]["corpus"] == "folder"
    assert tree["ingest"]["options"] == {"root": str(sounds)}
    assert tree["prepare"]["rate_hz"] == 8000
    assert tree["prepare"]["frames"] == "overlap"
    assert tree["train"]["steps"] == params.load(ROOT / "params.yaml")["train"]["steps"]
    assert "# recordings -> clips" in (project / "params.yaml").read_text()


def test_its_stages_depend_on_no_source_but_on_the_version_and_code_of_the_package(project):
    stages = YAML(typ="safe").load(project / "dvc.yaml")["stages"]
    assert list(stages) == list(YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"])
    for name, stage in stages.items():
        assert {"conf/waveloom.yml": [f"stages.{name}"]} in stage["params"]
        assert not [path for path in stage.get("deps", []) if path.startswith("src/")]
    assert set(YAML(typ="safe").load(project / "conf/waveloom.yml")["stages"]) == set(stages)


def test_the_default_preset_brings_back_the_parameters_it_began_with(project):
    before = (project / "params.yaml").read_text()
    for name in ("smoke", "48khz", "default"):
        assert waveloom("use", name, "--project", project).returncode == 0
    assert (project / "params.yaml").read_text() == before


def test_its_stages_are_up_to_date_for_sync(project):
    done = waveloom("sync", "--check", "--project", project)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_template_has_every_file_and_every_preset():
    assert {"params.yaml", "conf/base/catalog.yml", "conf/recipes/loom.yml"} <= set(project_files())
    assert all((template() / name).is_file() for name in project_files())
    assert {"smoke", "48khz", "default"} <= set(presets(Path("nowhere")))


@pytest.mark.parametrize("name", ["my sounds", "-x", ".hidden", "a&b", "what?", "ünd so%"])
def test_a_name_with_odd_characters_is_refused_and_another_one_proposed(tmp_path, name):
    with pytest.raises(InputError, match=r"Such as: waveloom new [\w.-]+$"):
        check_place(tmp_path / name, tmp_path / "sounds")


@pytest.mark.parametrize("name", ["klänge", "drums-2", "a.b_c"])
def test_letters_of_any_alphabet_digits_and_dashes_are_a_name(tmp_path, name):
    check_place(tmp_path / name, tmp_path / "sounds")


def test_a_folder_that_is_not_empty_is_refused(tmp_path):
    (tmp_path / "mine").mkdir()
    check_place(tmp_path / "mine", tmp_path / "sounds")
    (tmp_path / "mine/file").touch()
    with pytest.raises(InputError, match="mine exists already; choose another name"):
        check_place(tmp_path / "mine", tmp_path / "sounds")


def test_a_folder_inside_another_repository_is_refused(tmp_path):
    git(tmp_path, "init", "--quiet")
    with pytest.raises(InputError, match=r"is inside the git repository .* Choose a folder outside it"):
        check_place(tmp_path / "deep/mine", Path("/sounds"))


def test_a_folder_among_the_sounds_is_refused(tmp_path):
    (tmp_path / "sounds").mkdir()
    with pytest.raises(InputError, match="which would then hold generated sounds"):
        check_place(tmp_path / "sounds/mine", tmp_path / "sounds")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: None, "is neither a folder"),
        (lambda folder: folder.mkdir(), "holds no sound files"),
        (lambda folder: write_wav(folder / "a/silent.wav", noise(1.0) * 0), "No project was made"),
        (lambda folder: (folder / "a").mkdir(parents=True) or (folder / "a/x.wav").write_text("no"), "No project"),
    ],
    ids=["no folder", "no sounds", "only silence", "unreadable"],
)
def test_sounds_that_cannot_be_used_leave_no_project(tmp_path, make, message):
    make(tmp_path / "sounds")
    result = CliRunner().invoke(app, ["new", str(tmp_path / "mine"), "--from", str(tmp_path / "sounds")])
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
    assert not (tmp_path / "mine").exists()
