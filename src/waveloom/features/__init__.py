"""Audio features of clips: MFCCs, spectral descriptors, pitch, rhythm, and their table."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from waveloom.config.checked import checked_dataclass

Window = Literal["hann", "hamming", "blackman", "blackmanharris", "nuttall", "bartlett", "cosine", "flattop", "boxcar"]


def _check_group(group: str) -> str:
    from waveloom.config import plugins
    from waveloom.features import groups

    if group not in plugins.available(groups):
        names = ", ".join(plugins.available(groups))
        raise PydanticCustomError("group", "There is no such group of features; choose from {names}", {"names": names})
    return group


Group = Annotated[str, AfterValidator(_check_group)]


@checked_dataclass
class Features:
    """Parameters of feature extraction; with `floor_db` None the defaults are those of librosa."""

    groups: Annotated[tuple[Group, ...], Field(min_length=1)] = (
        *("mfcc", "spectral", "contrast", "chroma", "pitch", "rhythm"),
    )
    floor_db: (
        Annotated[float, Field(ge=-150, lt=0)] | None
    ) = -66.0  # RMS of the masking noise in each critical band, dBFS; None: no masking
    n_fft: Annotated[int, Field(ge=16)] = 2048  # samples per frame
    hop: Annotated[int, Field(gt=0)] = 512  # samples
    window: Window = "hann"
    window_samples: Annotated[int, Field(gt=0)] | None = None  # at most n_fft, then centred in the frame; None: n_fft
    centre: bool = (
        True  # True: frames are centred on their time, with silence around the clip; False: frames start at their time
    )
    n_mfcc: Annotated[int, Field(gt=0)] = 20
    n_mels: Annotated[int, Field(gt=0)] = 128
    fmin_hz: Annotated[float, Field(ge=0)] = 0.0
    fmax_hz: Annotated[float, Field(gt=0)] | None = None  # None: half the rate
    htk: bool = False  # True: HTK mel scale; False: Slaney mel scale
    mel_norm: Literal["slaney", "none"] = "slaney"  # filters of equal area, or of equal height
    lifter: Annotated[float, Field(ge=0)] = 0.0  # 0: none; HTK uses 22
    delta_width: Annotated[int, Field(ge=3)] = 9  # frames, odd
    top_db: Annotated[float, Field(gt=0)] = 80.0  # dynamic range below the maximum of a clip
    rolloff: Annotated[float, Field(gt=0, lt=1)] = 0.85  # share of the magnitude below the rolloff frequency
    contrast_bands: Annotated[int, Field(gt=0)] = 6  # octaves from contrast_fmin_hz up, at most
    contrast_fmin_hz: Annotated[float, Field(gt=0)] = 200.0
    contrast_quantile: Annotated[float, Field(gt=0, lt=0.5)] = (
        0.02  # fraction of the bins of an octave averaged as its peak, and as its valley
    )
    n_chroma: Annotated[int, Field(gt=0)] = 12
    tuning: Annotated[float, Field(ge=-0.5, lt=0.5)] | None = None  # in chroma bins; None: estimated for each clip
    f0_min_hz: Annotated[float, Field(gt=0)] = 65.0
    f0_max_hz: Annotated[float, Field(gt=0)] = 2100.0
    f0_threshold: Annotated[float, Field(gt=0, lt=1)] = (
        0.1  # the first minimum with aperiodicity below this is the period
    )
    tempo_bpm: Annotated[float, Field(gt=0)] = 120.0  # centre of the tempo prior
