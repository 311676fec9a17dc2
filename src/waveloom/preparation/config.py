"""Parameters of the stage prepare."""

from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field

from waveloom.audio.decode import RATES_HZ
from waveloom.audio.header import MAX_CHANNELS
from waveloom.audio.resample import Quality
from waveloom.config.checked import checked_dataclass
from waveloom.preparation.align import Align
from waveloom.preparation.denoise import Denoise
from waveloom.preparation.level import LevelMeasure


@checked_dataclass
class Prepare:
    """Rate, length, level and cutting of clips."""

    channel: Literal["mix", "both"] | Annotated[int, Field(ge=0, lt=MAX_CHANNELS)] = "mix"
    rate_hz: Annotated[int, Field(ge=RATES_HZ[0], le=RATES_HZ[1])] = 16_000
    samples: Annotated[int, Field(gt=0)] = 16_384
    quality: Quality = "HQ"
    remove_dc: bool = True
    denoise: Denoise = field(default_factory=Denoise)
    silence_db: Annotated[float, Field(gt=0)] = 50.0  # samples this far below the recording's peak are silence
    trim: bool = True
    margin_ms: Annotated[float, Field(ge=0)] = 5.0
    frames: Literal["one", "overlap", "events"] = "one"
    hop_samples: Annotated[int, Field(gt=0)] = 8_192
    min_content: Annotated[float, Field(gt=0, le=1)] = 0.5  # share of an overlapping frame that is not padding
    event_db: Annotated[float, Field(gt=0)] = 20.0  # how far below the recording's peak an event may peak
    align: Align = "start"
    align_at: Annotated[float, Field(ge=0, lt=1)] = 0.0  # position of the aligned sample in the clip
    fade_ms: Annotated[float, Field(ge=0)] = 20.0
    level: LevelMeasure = "peak"
    level_db: Annotated[float, Field(ge=-60, le=0)] = -1.0


def edge_samples(milliseconds: float, config: Prepare) -> int:
    """Convert a margin or a fade to samples: a quarter of a clip at most, so that sound remains between the two."""
    return min(round(milliseconds * config.rate_hz / 1000), config.samples // 4)
