"""`waveloom ui`: MLflow's web page of the project's experiments."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from waveloom.commands.options import examples
from waveloom.config.errors import InputError
from waveloom.project.root import Project, project_root

EXAMPLES = examples("waveloom ui", "waveloom ui --port 8080")
HOST = "127.0.0.1"
END_SECONDS = 5  # to wait for MLflow to end after a signal
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def ui(
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="TCP port of the page, which only this machine can reach.")
    ] = 5000,
    project: Project = Path(),
) -> None:
    """Serve MLflow's web page of this project, to compare experiments and play samples."""
    from waveloom.tracking import store as tracking_store

    root = project_root(project)
    uri = tracking_store.store(root)[1]
    page = uri.rstrip("/") if tracking_store.is_server(uri) else f"http://{HOST}:{port}"
    if page != uri.rstrip("/"):
        check_port(port)
    experiment = tracking_store.connect(root)
    typer.echo(f"{page}/#/experiments/{experiment}/runs?workflowType=machine_learning")
    if tracking_store.is_server(uri):
        typer.echo(f"{tracking_store.MLFLOW_URI} names a server, which serves the page itself.")
        return
    typer.echo("Starting (about ten seconds); stop with Ctrl-C.")
    command = [sys.executable, "-m", "mlflow", "ui", "--host", HOST, "--port", str(port), "--workers", "1"]
    raise typer.Exit(run_until_signal([*command, "--backend-store-uri", uri]))


def check_port(port: int) -> None:
    """Raise an InputError with the number of a free port if `port` cannot be used."""
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((HOST, port))
        except OSError as problem:
            with socket.socket() as free:
                free.bind((HOST, 0))
                free_port = free.getsockname()[1]
            raise InputError(
                f"Port {port} cannot be used ({problem.strerror}). Choose another, for instance --port {free_port}."
            ) from None


def run_until_signal(command: Sequence[str]) -> int:
    """Run `command` in a new process group until it ends; a signal ends it and all processes that it started.

    Returns its exit code; 0 after Ctrl-C, and 128 plus the signal's number after another signal.
    """
    received: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        received.append(number)
        raise KeyboardInterrupt

    old_handlers = {number: signal.signal(number, end) for number in _SIGNALS}
    process = subprocess.Popen(command, start_new_session=True)
    try:
        return process.wait()
    except KeyboardInterrupt:
        return 0 if received[0] == signal.SIGINT else 128 + received[0]
    finally:
        for number in old_handlers:
            signal.signal(number, signal.SIG_IGN)
        _end_group(process)
        for number, handler in old_handlers.items():
            signal.signal(number, handler)


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """End a process and its group by SIGTERM, then by SIGKILL if it has not ended after `END_SECONDS`."""
    for number, seconds in ((signal.SIGTERM, END_SECONDS), (signal.SIGKILL, END_SECONDS)):
        try:
            os.killpg(process.pid, number)
            process.wait(seconds)
        except ProcessLookupError:  # no process is left
            break
        except subprocess.TimeoutExpired:
            continue
