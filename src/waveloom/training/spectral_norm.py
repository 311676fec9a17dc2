"""Spectral normalisation of a discriminator (Miyato et al., 2018, "Spectral normalization").

Keras's own layer divides the stored weights in place, also in the generator's update, and no gradient passes through
the division. Here the stored weights stay unchanged, and the discriminator is called with the normalised ones.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf


class SpectralNorm:
    """Divides the matrices among `variables` by their largest singular value, one power iteration per update.

    `vectors` are the current estimates of the right singular vectors (outputs,), and the only state. The kernel of a
    convolution counts as a matrix (all other axes, outputs).
    """

    def __init__(self, variables: Sequence[Any], seed: int) -> None:
        self.variables = list(variables)
        seeds = ([seed, number] for number in range(len(self.variables)))
        self.vectors = [
            tf.Variable(_unit(tf.random.stateless_normal(v.shape[-1:], start))) if len(v.shape) > 1 else None
            for v, start in zip(self.variables, seeds, strict=True)
        ]

    @property
    def state(self) -> list[Any]:
        """The variables that a checkpoint stores."""
        return [vector for vector in self.vectors if vector is not None]

    def iterate(self) -> None:
        """One power iteration for each vector: algorithm 1 of the paper."""
        for variable, vector in zip(self.variables, self.vectors, strict=True):
            if vector is not None:
                matrix = _matrix(variable)
                vector.assign(_unit(tf.linalg.matvec(matrix, tf.linalg.matvec(matrix, vector), transpose_a=True)))

    def weights(self) -> list[Any]:
        """The values of all variables in their order, matrices normalised; a zero matrix stays zero."""
        return [
            variable.value if vector is None else variable.value / _largest_singular_value(_matrix(variable), vector)
            for variable, vector in zip(self.variables, self.vectors, strict=True)
        ]


def _largest_singular_value(matrix: Any, right: Any) -> Any:
    """Estimate it by equation 21 of the paper; no gradient flows through the vectors. 1 for a zero matrix."""
    image = tf.linalg.matvec(matrix, right)
    value = tf.reduce_sum(tf.stop_gradient(_unit(image)) * image)
    return tf.where(value > 0, value, 1.0)


def _matrix(variable: Any) -> Any:
    return tf.reshape(variable.value, (-1, variable.shape[-1]))


def _unit(vector: Any) -> Any:
    return vector / (tf.norm(vector) + 1e-12)
