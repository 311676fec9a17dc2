"""Distance between an output and the true target."""

from waveloom.evaluation.paired_metrics import paired_metrics
from waveloom.evaluation.translation.sound import Sound

AGAINST = "truth"
MEANING = (
    "Truth: distance to the same music in the target domain. Each output is first scaled to the RMS level of the "
    "truth, since a translator keeps the level of its source. Log-spectral distance: level difference in dB, RMS over "
    "the bins of a frame, mean over frames; levels below -80 dB re full scale count as -80 dB. Multi-resolution STFT: "
    "spectral convergence plus mean difference of log magnitudes at three resolutions. Mel-cepstral distortion in dB. "
    "SI-SDR compares waveforms and means nothing where the phase is free, as it is between two instruments: it is "
    "reported only because others report it."
)
BETTER = {
    "log_spectral_distance_db": "lower",
    "multi_resolution_stft": "lower",
    "mel_cepstral_distortion_db": "lower",
    "si_sdr_db": "neither",
}
UNITS = {
    "log_spectral_distance_db": "dB",
    "multi_resolution_stft": "",
    "mel_cepstral_distortion_db": "dB",
    "si_sdr_db": "dB",
}


def score(output: Sound, reference: Sound) -> dict[str, float]:
    """Compare the output, at the level of the truth, with the truth."""
    levelled = output.at_level_of(reference)
    numbers = paired_metrics(reference.samples[None], levelled.samples[None], reference.rate_hz)
    return {name: float(numbers[name][0]) for name in BETTER}
