"""What can be measured of a clip: cepstra, descriptors, their table, and distances between sets of clips."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from waveloom.config.checked import checked_dataclass

Window = Literal["hann", "hamming", "blackman", "blackmanharris", "nuttall", "bartlett", "cosine", "flattop", "boxcar"]


def _known(group: str) -> str:
    from waveloom.config import plugins
    from waveloom.features import groups

    if group not in plugins.available(groups):
        names = ", ".join(plugins.available(groups))
        raise PydanticCustomError("group", "There is no such group of features; choose from {names}", {"names": names})
    return group


Group = Annotated[str, AfterValidator(_known)]


@checked_dataclass
class Features:
    """How clips are measured; with `floor_db` None the defaults are librosa's."""

    groups: Annotated[tuple[Group, ...], Field(min_length=1)] = (
        *("mfcc", "spectral", "contrast", "chroma", "pitch", "rhythm"),
    )
    floor_db: Annotated[float, Field(ge=-150, lt=0)] | None = -66.0  # of the noise that hides what is inaudible
    n_fft: Annotated[int, Field(ge=16)] = 2048  # samples a frame
    hop: Annotated[int, Field(gt=0)] = 512  # samples from one frame to the next
    window: Window = "hann"
    window_samples: Annotated[int, Field(gt=0)] | None = None  # shorter than n_fft: in its middle; None is n_fft
    centre: bool = True  # frames are centred on their moment, silence around the clip; else they begin there
    n_mfcc: Annotated[int, Field(gt=0)] = 20
    n_mels: Annotated[int, Field(gt=0)] = 128
    fmin_hz: Annotated[float, Field(ge=0)] = 0.0
    fmax_hz: Annotated[float, Field(gt=0)] | None = None  # None is half the rate
    htk: bool = False  # HTK's mel scale, else Slaney's
    mel_norm: Literal["slaney", "none"] = "slaney"  # filters of one area, or of one height
    lifter: Annotated[float, Field(ge=0)] = 0.0  # 0 is none; 22 is HTK's
    delta_width: Annotated[int, Field(ge=3)] = 9  # frames, odd
    top_db: Annotated[float, Field(gt=0)] = 80.0  # dB kept below the loudest value of a clip
    rolloff: Annotated[float, Field(gt=0, lt=1)] = 0.85  # share of the magnitude that lies below
    contrast_bands: Annotated[int, Field(gt=0)] = 6  # octaves from contrast_fmin_hz on, as many as the rate has
    contrast_fmin_hz: Annotated[float, Field(gt=0)] = 200.0
    contrast_quantile: Annotated[float, Field(gt=0, lt=0.5)] = 0.02  # share of bins that are peak, and valley
    n_chroma: Annotated[int, Field(gt=0)] = 12
    tuning: Annotated[float, Field(ge=-0.5, lt=0.5)] | None = None  # share of a chroma bin; None is each clip's own
    f0_min_hz: Annotated[float, Field(gt=0)] = 65.0
    f0_max_hz: Annotated[float, Field(gt=0)] = 2100.0
    f0_threshold: Annotated[float, Field(gt=0, lt=1)] = 0.1  # aperiodicity below which the first trough is the period
    tempo_bpm: Annotated[float, Field(gt=0)] = 120.0  # what tempo is expected before listening
