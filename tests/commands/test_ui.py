import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest
from typer.testing import CliRunner

from tests.tracking.conftest import free_port
from waveloom.commands.app import app
from waveloom.commands.ui import check_port
from waveloom.config.errors import InputError
from waveloom.tracking.store import MLFLOW_URI

# A process that starts two more, one of which does not listen to SIGTERM, and prints their numbers.
FAMILY = """
import subprocess, sys, time
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
children = [subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)]
children[0].stdout.readline()
children.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
print(*(child.pid for child in children), flush=True)
time.sleep(60)
"""

PARENT = """
import sys
from waveloom.commands import ui as ui_commands

ui_commands.END_SECONDS = 1
sys.exit(ui_commands.run_until_signal([sys.executable, "-c", sys.argv[1]]))
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "params.yaml").touch()
    (tmp_path / "conf").mkdir()
    return tmp_path


@pytest.mark.parametrize("kind", ["one that listens", "one that only holds it"])
def test_a_used_port_is_one_error_that_suggests_a_free_one(project, kind):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        if kind == "one that listens":
            other.listen()
        port = other.getsockname()[1]
        result = CliRunner().invoke(app, ["ui", "--port", str(port), "--project", str(project)])
    assert isinstance(result.exception, InputError)
    assert f"Port {port} cannot be used" in str(result.exception)
    check_port(int(str(result.exception).split("--port ")[1].rstrip(".")))


def test_a_port_that_was_just_released_can_be_used():
    check_port(free_port())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 128 + 15), (signal.SIGINT, 0), (signal.SIGHUP, 128 + 1)])
def test_a_signal_ends_every_process_that_was_started(number, code):
    process = subprocess.Popen([sys.executable, "-c", PARENT, FAMILY], stdout=subprocess.PIPE, text=True)
    family = [psutil.Process(int(pid)) for pid in process.stdout.readline().split()]
    assert len(family) == 2
    os.kill(process.pid, number)
    assert process.wait(30) == code
    assert psutil.wait_procs(family, timeout=5)[1] == []


@pytest.mark.slow
def test_the_page_is_served_until_sigterm_which_ends_every_process(project):
    port = free_port()
    command = [sys.executable, "-m", "waveloom", "ui", "--port", str(port), "--project", str(project)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 120
    while not _listens(port):
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.2)
    started = psutil.Process(process.pid).children(recursive=True)
    assert started
    process.terminate()
    assert process.wait(30) == 128 + 15
    assert psutil.wait_procs(started, timeout=5)[1] == []
    assert not _listens(port)


def test_an_unreachable_tracking_server_is_one_error(project, monkeypatch):
    monkeypatch.setenv(MLFLOW_URI, f"http://127.0.0.1:{free_port()}")
    result = CliRunner().invoke(app, ["ui", "--project", str(project)])
    assert "no MLflow server answers" in str(result.exception)


def _listens(port):
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
