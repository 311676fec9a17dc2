"""Configuration and shape that mono and stereo spectrograms share."""

from typing import Annotated

from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.representations._framing import FrameSize, frame_count, with_default_sizes


@checked_dataclass
class Config:
    """A Hann-window STFT; with fewer than four hops per frame, phases are reconstructed poorly."""

    n_fft: FrameSize = 0  # samples per frame; 0: four hops
    hop: Annotated[int, Field(ge=0)] = 0  # samples; 0: a quarter of n_fft, or some 16 ms
    range_db: Annotated[float, Field(ge=20, le=160)] = 80.0  # from a full-scale sine down to the floor
    griffin_lim_steps: Annotated[int, Field(ge=0)] = 4  # iterations that refine the phases when decoding


def spectrogram_shape(name: str, config: Config, samples: int, rate: int) -> tuple[int, int]:
    """(frames, bins) = (samples / hop, n_fft / 2), without the Nyquist bin; `name` appears in an InputError."""
    config = with_default_sizes(config, rate)
    return (frame_count(name, samples, config.n_fft, config.hop), config.n_fft // 2)
