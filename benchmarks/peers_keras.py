"""Training steps for the same networks as Keras tutorials write them."""

from collections.abc import Callable
from typing import Any

import numpy as np

NOISE = 100


def combined(generator: Any, discriminator: Any, real: np.ndarray) -> Callable[[], object]:
    """Build a step from `predict`, `train_on_batch` twice, and a combined model."""
    import keras

    loss, batch = keras.losses.BinaryCrossentropy(from_logits=True), len(real)
    discriminator.compile(keras.optimizers.Adam(2e-4, beta_1=0.5), loss)
    discriminator.train_on_batch(real, np.ones(batch))  # Keras 3 must trace it before it is frozen, or it never trains
    discriminator.trainable = False
    both = keras.Sequential([generator, discriminator])
    both.compile(keras.optimizers.Adam(2e-4, beta_1=0.5), loss)
    draw = np.random.default_rng(0)

    def step() -> object:
        fake = generator.predict(draw.standard_normal((batch, NOISE)), verbose=0)
        discriminator.train_on_batch(real, np.ones(batch))
        discriminator.train_on_batch(fake, np.zeros(batch))
        return both.train_on_batch(draw.standard_normal((batch, NOISE)), np.ones(batch))

    return step


def subclassed(
    generator: Any, discriminator: Any, objective: Any, real: np.ndarray, updates: int, penalty: float
) -> Any:
    """Build a `keras.Model` with its own `train_step`: two calls of the discriminator per update, Keras's Adam."""
    import keras
    import tensorflow as tf

    batch = len(real) // updates

    class Gan(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.generator, self.discriminator = generator, discriminator
            self.adams = [keras.optimizers.Adam(2e-4, beta_1=0.5, beta_2=0.9) for _ in range(2)]

        def gradient_penalty(self, real_batch: Any, fake: Any) -> Any:
            share = tf.random.normal([batch, *[1] * (len(real_batch.shape) - 1)])
            mixed = real_batch + share * (fake - real_batch)
            with tf.GradientTape() as tape:
                tape.watch(mixed)
                logits = self.discriminator(mixed, training=True)
            gradient = tape.gradient(logits, mixed)
            return tf.reduce_mean((tf.norm(tf.reshape(gradient, (batch, -1)), axis=1) - 1) ** 2)

        def train_step(self, data: Any) -> Any:
            for real_batch in tf.split(data[0], updates):
                with tf.GradientTape() as tape:
                    fake = self.generator(tf.random.normal((batch, NOISE)), training=True)
                    logits = self.discriminator(real_batch, training=True), self.discriminator(fake, training=True)
                    loss = objective.discriminator_loss(*logits)
                    loss += penalty * self.gradient_penalty(real_batch, fake) if penalty else 0.0
                weights = self.discriminator.trainable_variables
                self.adams[1].apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
            with tf.GradientTape() as tape:
                fake = self.generator(tf.random.normal((batch, NOISE)), training=True)
                loss = objective.generator_loss(self.discriminator(fake, training=True))
            weights = self.generator.trainable_variables
            self.adams[0].apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
            return {"loss": loss}

    gan = Gan()
    gan.compile()
    return lambda: gan.train_on_batch(real)
