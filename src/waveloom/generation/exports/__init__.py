"""PLUG-IN. Formats in which other libraries than TensorFlow run a generator's network, one file per format.

A file offers `FILE`, the name of the file it writes; `LIBRARY`, the package that runs it; `write(network, path)`, which
converts a Keras model with the inputs noise (batch, noise) float32 and, if it is conditioned on labels, label (batch,)
int32; and `load(path) -> Call`, which runs the file without TensorFlow. InputError for operations that the format
lacks.
"""

from waveloom.models.model import Call as Call

EXTRA = "pip install 'waveloom[export]'"
