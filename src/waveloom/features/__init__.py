"""What can be measured of a clip: cepstra, spectral descriptors, their table, and distances between sets of clips."""

from typing import Annotated

from pydantic import Field

from waveloom.config import config


@config
class Features:
    """How clips are measured; the defaults are librosa's."""

    n_mfcc: Annotated[int, Field(gt=0)] = 20
    n_mels: Annotated[int, Field(gt=0)] = 128
    n_fft: Annotated[int, Field(ge=16)] = 2048  # samples a frame
    hop: Annotated[int, Field(gt=0)] = 512  # samples from one frame to the next
    delta_width: Annotated[int, Field(ge=3)] = 9  # frames, odd
    top_db: Annotated[float, Field(gt=0)] = 80.0  # dB kept below the loudest value of a clip
    rolloff: Annotated[float, Field(gt=0, lt=1)] = 0.85  # share of the magnitude that lies below
