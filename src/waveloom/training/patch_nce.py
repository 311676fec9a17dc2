"""The patchwise contrastive term "PatchNCE" of CUT (Park et al., 2020, arXiv 2007.15651).

Each frame of a translated clip must be more similar to the same frame of its source than to the source's other frames.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

TEMPERATURE = 0.07  # the paper's


def patch_nce(source: Sequence[Any], translated: Sequence[Any], temperature: float = TEMPERATURE) -> Any:
    """Mean cross-entropy over features (batch, frames, channels) of several layers: equation 4 of the paper.

    log(frames) if all frames are alike, near 0 if each frame is similar to its counterpart alone. Gradients pass
    through the translated features only.
    """
    terms = [_cross_entropy(tf.stop_gradient(of), to, temperature) for of, to in zip(source, translated, strict=True)]
    return tf.add_n(terms) / len(terms)


def _cross_entropy(source: Any, translated: Any, temperature: float) -> Any:
    """The frames of a source as classes, those of its translation as examples; similarity is the cosine."""
    source, translated = tf.nn.l2_normalize(source, -1), tf.nn.l2_normalize(translated, -1)
    similarity = tf.matmul(translated, source, transpose_b=True) / temperature  # (batch, frames, frames)
    counterparts = tf.broadcast_to(tf.range(tf.shape(similarity)[1]), tf.shape(similarity)[:2])
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=counterparts, logits=similarity))
