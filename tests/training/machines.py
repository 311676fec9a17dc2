"""Addresses for a cluster of several machines, simulated by processes on this one."""

import socket
from contextlib import ExitStack


def addresses(count: int) -> list[str]:
    """`count` addresses of this machine with free ports."""
    with ExitStack() as opened:
        sockets = [opened.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
