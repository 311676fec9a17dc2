"""A generator steered at every stage by a learned style: Karras et al., 2019 and 2020 ("StyleGAN", "StyleGAN2").

Frequency bins are channels and the convolutions run over time, as in `residual`: a pixel of the papers is a frame.
"""

from typing import Annotated, Any, Literal

import keras
from keras import ops
from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError
from waveloom.models.generators import Networks
from waveloom.models.layers.conditioning import condition_noise, inputs, judge, label_input
from waveloom.models.layers.equalised import Convolution, Dense, apply, evened, leaky, pixel_norm
from waveloom.models.layers.input_noise import Drawn
from waveloom.models.layers.minibatch_stddev import Variety
from waveloom.models.layers.style import Centre, Cross, Grain, Modulated

QUIET = -0.9  # tanh(-0.9) is -0.7: most of any spectrogram is quiet, which spares the first hundred steps

FAINT = 0.25  # of the first layers that are heard: their sum begins within the slope of the tanh


@checked_dataclass
class Config:
    """`widths` are the channels of each stage, from the coarsest on; each has twice the frames of the one before."""

    widths: Annotated[tuple[Annotated[int, Field(gt=0)], ...], Field(min_length=2, max_length=8)] = (256, 256, 192, 128)
    kernel: Annotated[int, Field(ge=1)] = 3  # frames
    style: Annotated[int, Field(gt=0)] = 256  # length of the vector that steers every stage
    depth: Annotated[int, Field(gt=0)] = 4  # layers from noise to style; the papers have 8
    mapping_rate: Annotated[float, Field(gt=0, le=1)] = 0.01  # share of the learning rate that those layers take
    modulation: Literal["demodulate", "adain"] = "demodulate"  # of 2020, or of 2019
    grain: Annotated[int, Field(ge=0)] = 16  # sources of noise in a frame, at every convolution
    mixing: Annotated[float, Field(ge=0, le=1)] = 0.9  # share of clips that two styles make in training
    truncation: Annotated[float, Field(ge=0, le=1)] = 1.0  # how far from the mean style sampling strays: psi
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.2


def build(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Networks:
    """Build on a (frames, bins) spectrogram whose frames can be halved once for every stage but one."""
    step = 2 ** (len(config.widths) - 1)
    if len(shape) != 2 or shape[0] % step:
        raise InputError(
            f"stylegan cannot take clips of shape {shape}; it needs (frames, bins), frames a multiple of {step}. "
            "Choose the spectrogram or mel representation, or change its hop, prepare.samples or "
            "options.stylegan.widths."
        )
    return Networks(_generator(config, shape, noise, labels), _discriminator(config, shape, labels))


def _generator(config: Config, shape: tuple[int, ...], noise: int, labels: int) -> Any:
    first, label = keras.Input((noise,), name="noise"), label_input(labels)
    styles = _styles(config, first, label, labels)  # (batch, stages, style)
    x, sound = None, None
    for stage, width in enumerate(config.widths):
        style = styles[:, stage]
        if x is None:
            x = Constant(shape[0] >> (len(config.widths) - 1), width)(style)  # (batch, frames / step, width)
        else:
            x = _steered(apply(_doubled, x), style, first, width, config, salt=2 * stage)  # twice the frames
        x = _steered(x, style, first, width, config, salt=2 * stage + 1)
        heard = _to_sound(x, style, shape[1])  # (batch, frames so far, bins)
        sound = heard if sound is None else apply(_doubled, sound, dtype="float32") + heard
    sound = ops.tanh(Bias(QUIET, dtype="float32")(sound))
    return keras.Model(inputs(first, label), sound, name="generator")


def _styles(config: Config, first: Any, label: Any | None, labels: int) -> Any:
    """From noise to a style for every stage, by way of a second style for what is mixed."""
    noise = first.shape[-1]
    mapping = _mapping(config, noise, labels)
    style, other = (mapping(inputs(z, label)) for z in (first, Drawn((noise,), salt=0)(first)))
    known = ops.zeros_like(first[:, 0], dtype="int32") if label is None else label
    style = Centre(config.truncation, max(labels, 1))([style, known])
    return Cross(len(config.widths), config.mixing)([style, other, first])


def _mapping(config: Config, noise: int, labels: int) -> Any:
    first, label = keras.Input((noise,)), label_input(labels)
    x = condition_noise(pixel_norm(first), label, labels)
    for _ in range(config.depth):
        x = leaky(Dense(config.style, config.mapping_rate)(x), config.slope)
    return keras.Model(inputs(first, label), x, name="mapping")


def _discriminator(config: Config, shape: tuple[int, ...], labels: int) -> Any:
    first, label = keras.Input(shape, name="clip"), label_input(labels)
    x = leaky(Convolution(config.widths[-1], (1,))(first), config.slope)  # (batch, frames, width)
    for width in reversed(config.widths[:-1]):
        x = _halved(x, width, config)  # half the frames
    x = leaky(Convolution(config.widths[0], (config.kernel,))(x), config.slope)
    x = leaky(Dense(config.style)(Variety()(keras.layers.Flatten()(x))), config.slope)  # (batch, style)
    return keras.Model(inputs(first, label), judge(evened(x), label, labels), name="discriminator")


def _halved(x: Any, width: int, config: Config) -> Any:
    """Half the frames, by two convolutions and a way around them: (batch, f, n) -> (batch, f / 2, width)."""
    y = leaky(Convolution(x.shape[-1], (config.kernel,))(x), config.slope)
    y = leaky(Convolution(width, (config.kernel,))(keras.layers.AveragePooling1D(2)(y)), config.slope)
    around = Convolution(width, (1,))(keras.layers.AveragePooling1D(2)(x))
    return apply(lambda y, around: (y + around) * 0.5**0.5, y, around)


def _steered(x: Any, style: Any, noise: Any, width: int, config: Config, salt: int) -> Any:
    """One convolution under the style, with grain: (batch, f, n) -> (batch, f, width)."""
    old = config.modulation == "adain"
    x = Convolution(width, (config.kernel,))(x) if old else _modulated(x, style, width, config.kernel)
    x = Grain(config.grain, salt)([x, noise]) if config.grain else x
    x = leaky(x if old else Bias()(x), config.slope)
    return _adain(x, style) if old else x


def _modulated(x: Any, style: Any, width: int, kernel: int) -> Any:
    return Modulated(width, kernel)([x, Dense(x.shape[-1], bias=1.0)(style)])


def _to_sound(x: Any, style: Any, bins: int) -> Any:
    """What a stage adds to the sound: (batch, f, n) -> (batch, f, bins), float32; the papers' "toRGB"."""
    scales = Dense(x.shape[-1], bias=1.0, dtype="float32")(style)
    return Modulated(bins, 1, demodulate=False, start=FAINT, dtype="float32")([x, scales])


def _adain(x: Any, style: Any) -> Any:
    """Give each channel the mean and the deviation over time that the style wants: StyleGAN, equation 1."""
    scale, shift = Dense(x.shape[-1], bias=1.0)(style), Dense(x.shape[-1])(style)
    return apply(_renormalised, x, scale, shift)


def _renormalised(x: Any, scale: Any, shift: Any) -> Any:
    x = x - ops.mean(x, axis=1, keepdims=True)
    x = x * ops.rsqrt(ops.mean(x**2, axis=1, keepdims=True) + 1e-8)
    return x * ops.expand_dims(scale, 1) + ops.expand_dims(shift, 1)


def _doubled(x: Any) -> Any:
    """Twice the frames by the filter [1, 3, 3, 1] of the papers: each lies a quarter of the way to its neighbour."""
    before = ops.concatenate([x[:, :1], x[:, :-1]], axis=1)
    after = ops.concatenate([x[:, 1:], x[:, -1:]], axis=1)
    pairs = ops.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], axis=2)  # (batch, f, 2, n)
    return ops.reshape(pairs, (-1, 2 * x.shape[1], x.shape[2]))


class Constant(keras.layers.Layer):
    """The learned beginning of every sound, once for each clip: anything (batch, ...) -> (batch, frames, width)."""

    def __init__(self, frames: int, width: int, **options: Any) -> None:
        super().__init__(**options)
        self.into = (1, frames, width)

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Draw it."""
        self.start = self.add_weight(shape=self.into, initializer=keras.initializers.RandomNormal(stddev=1.0))

    def call(self, like: Any) -> Any:
        """Repeat it."""
        return ops.repeat(self.start, ops.shape(like)[0], axis=0)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Tell Keras of the shape."""
        return (input_shape[0], *self.into[1:])


class Bias(keras.layers.Layer):
    """Add a learned number to each channel, `start` at first."""

    def __init__(self, start: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.start = start

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Begin at the start."""
        self.bias = self.add_weight(shape=shape[-1:], initializer=keras.initializers.Constant(self.start))

    def call(self, x: Any) -> Any:
        """Add it."""
        return x + self.bias
