"""Several machines, played by processes of this one."""

import socket
from contextlib import ExitStack


def addresses(count: int) -> list[str]:
    """As many addresses of this machine, each with a port that is free."""
    with ExitStack() as opened:
        sockets = [opened.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
