"""PLUG-IN. What other libraries than TensorFlow run a generator's network from; one format a file.

A file offers `FILE`, the name of what it writes; `LIBRARY`, what has to be installed to run that;
`write(network, path)`, which turns a Keras model of noise (batch, noise) float32, and label (batch,) int32 if it takes
one, into that file; and `opened(path) -> Call`, which runs it without TensorFlow. What a format cannot express is an
`InputError`.
"""

from waveloom.models.model import Call as Call

EXTRA = "pip install 'waveloom[export]'"
