"""This machine's place in a cluster, from the environment variable TF_CONFIG."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waveloom.config.errors import InputError

EXAMPLE = '{"cluster": {"worker": ["host-a:2222", "host-b:2222"]}, "task": {"type": "worker", "index": 0}}'
ADDRESS = re.compile(r"\S+:\d{1,5}")


@dataclass(frozen=True)
class Machine:
    """Machine `number` (from 0) of `machines`; number 0 is the chief, which alone writes."""

    machines: int
    number: int

    @property
    def is_chief(self) -> bool:
        """Whether this machine writes checkpoints, outputs and the MLflow run."""
        return self.number == 0


def this_machine(environment: Mapping[str, str] = os.environ) -> Machine:
    """Read TF_CONFIG: the chief, if one is named, comes before the workers; InputError if it is missing or wrong."""
    text = environment.get("TF_CONFIG", "")
    if not text:
        raise _error("TF_CONFIG is not set")
    try:
        tree = json.loads(text)
        cluster, task = tree["cluster"], tree["task"]
        kind, index = task["type"], int(task["index"])
        addresses = {role: list(cluster[role]) for role in cluster}
    except (ValueError, KeyError, TypeError) as problem:
        raise _error(f"TF_CONFIG cannot be read ({type(problem).__name__}: {problem})") from problem
    _check(addresses, kind, index)
    chiefs = addresses.get("chief", [])
    number = index if kind == "chief" else index + len(chiefs)
    return Machine(sum(map(len, addresses.values())), number)


def _check(addresses: Mapping[str, list[Any]], kind: str, index: int) -> None:
    if not addresses or set(addresses) - {"chief", "worker"} or len(addresses.get("chief", [])) > 1:
        raise _error(
            f"TF_CONFIG names {', '.join(addresses) or 'no machine'}; a cluster has workers, and at most one chief"
        )
    every = [address for role in addresses.values() for address in role]
    bad = [address for address in every if not (isinstance(address, str) and ADDRESS.fullmatch(address))]
    if bad or len(set(every)) < len(every):
        raise _error(f"TF_CONFIG has {bad[0]!r}, not host:port" if bad else "TF_CONFIG names an address twice")
    if not 0 <= index < len(addresses.get(kind, [])):
        raise _error(f"TF_CONFIG says this is {kind} {index}, which its cluster does not have")


def _error(reason: str) -> InputError:
    return InputError(f"train.distribution is 'cluster', but {reason}. Set it on each machine, such as {EXAMPLE}.")
