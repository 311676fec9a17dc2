"""The role of this machine in a cluster that trains one generator (train.distribution: cluster)."""

from collections.abc import Mapping
from typing import Any


def is_cluster_worker(catalog: Any) -> bool:
    """Whether this machine belongs to a cluster and is not its chief, which saves the results; `catalog` is Kedro's."""
    config = catalog.load("params:train")  # a dataclass if a node of this run uses it, else a mapping
    if (config["distribution"] if isinstance(config, Mapping) else config.distribution) != "cluster":
        return False
    from waveloom.training.cluster import this_machine

    return not this_machine().is_chief
