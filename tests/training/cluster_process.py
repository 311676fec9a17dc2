"""Train in a separate process, on several devices or machines; for tests of distribution.

    python -m tests.training.cluster_process <clips> <workspace> <recipe overrides> <training parameters>

The last two are JSON. It prints the history and the model's weights as JSON.
"""

import json
import logging
import sys
from dataclasses import replace
from pathlib import Path

import tensorflow as tf

from tests.training import small
from waveloom.config.errors import InputError
from waveloom.training.callbacks import Callbacks
from waveloom.training.train import train


class PrintedSteps(Callbacks):
    """Prints each step on standard error, for a test that waits for one."""

    def losses(self, step, losses):
        print(f"step {step}", file=sys.stderr, flush=True)


def main(folder: Path, workspace: Path, overrides: dict, parameters: dict) -> None:
    devices = parameters.pop("devices", 1)
    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * devices)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    data, config = small.data(small.open_store(folder)), replace(small.CONFIG, **parameters)
    try:
        model, history = train(data, small.recipe(**overrides), config, workspace, PrintedSteps())
    except InputError as error:
        print(f"waveloom: {error}", file=sys.stderr, flush=True)
        sys.exit(1)
    weights = {name: weight.tolist() for name, weight in model.weights.items()}
    print(json.dumps({"history": json.loads(history.to_json(orient="records")), "weights": weights}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3]), json.loads(sys.argv[4]))
