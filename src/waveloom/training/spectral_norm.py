"""A discriminator whose every layer stretches nothing: Miyato et al., 2018 ("Spectral normalization").

Keras's own layer divides the stored weights in place, in the generator's step too, and no gradient passes through the
division. Here the weights stay as they are, and the discriminator is called with their quotients.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf


class SpectralNorm:
    """Matrices among `variables` divided by their largest singular value, found by one power iteration a turn.

    `vectors` hold the right singular vectors (outputs,) found so far: all its state. A kernel of a convolution counts
    as a matrix (all but outputs, outputs).
    """

    def __init__(self, variables: Sequence[Any], seed: int) -> None:
        self.targets = list(variables)
        starts = ([seed, number] for number in range(len(self.targets)))
        self.vectors = [
            tf.Variable(_unit(tf.random.stateless_normal(v.shape[-1:], start))) if len(v.shape) > 1 else None
            for v, start in zip(self.targets, starts, strict=True)
        ]

    @property
    def state(self) -> list[Any]:
        """What changes as the game goes on."""
        return [vector for vector in self.vectors if vector is not None]

    def turn(self) -> None:
        """Draw each vector nearer to the singular one, by algorithm 1 of the paper."""
        for target, vector in zip(self.targets, self.vectors, strict=True):
            if vector is not None:
                matrix = _matrix(target)
                vector.assign(_unit(tf.linalg.matvec(matrix, tf.linalg.matvec(matrix, vector), transpose_a=True)))

    def weights(self) -> list[Any]:
        """Every variable in its order, matrices divided; one that is still zero stays so."""
        return [
            target.value if vector is None else target.value / _largest(_matrix(target), vector)
            for target, vector in zip(self.targets, self.vectors, strict=True)
        ]


def _largest(matrix: Any, right: Any) -> Any:
    """Estimate the largest singular value: equation 21, whose vectors are taken for constants."""
    image = tf.linalg.matvec(matrix, right)
    found = tf.reduce_sum(tf.stop_gradient(_unit(image)) * image)
    return tf.where(found > 0, found, 1.0)


def _matrix(target: Any) -> Any:
    return tf.reshape(target.value, (-1, target.shape[-1]))


def _unit(vector: Any) -> Any:
    return vector / (tf.norm(vector) + 1e-12)
