"""PLUG-IN. Formats in which other libraries than TensorFlow run a generator's network, one file per format.

A file offers `FILE`, the name of the file it writes; `LIBRARY`, the package that runs it; `write(network, path)`, which
converts a Keras model with the inputs noise (batch, noise) or, in a translator, source (batch, frames, bins), both
float32, and, if it is conditioned on labels, label (batch,) int32; and `load(path) -> Call`, which runs the file
without TensorFlow. InputError for operations that the format lacks.
"""

import numpy as np

from waveloom.models.model import Call as Call

EXTRA = "pip install 'waveloom[export]'"


def array_of_type(arrays: dict[str, np.ndarray], is_float: bool) -> np.ndarray:
    """The one array of floating-point numbers, or the one of integers: formats do not keep the names of inputs."""
    return next(one for one in arrays.values() if np.issubdtype(one.dtype, np.floating) is is_float)
