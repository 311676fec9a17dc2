"""What goes wrong with audio GANs, told by name from what the generator makes: held-out real clips are the measure.

A symptom that real clips show as often is theirs, not the generator's: a corpus of pure tones may sound like one.
"""

from collections.abc import Mapping

import numpy as np
from scipy.spatial.distance import cdist, pdist

from waveloom.audio.stft import stft

SILENT = 1e-3  # peak: 60 dB below full scale
CLIPPED = 0.01  # share of a clip's samples at full scale
TONE = 0.95  # share of a clip's power in one peak of its average spectrum
FLAT = 0.5  # geometric over arithmetic mean of the average spectrum; white noise comes near 1
MOST = 0.5  # share of generated clips, beyond that of real ones, that makes a symptom a failure
COLLAPSED = 0.25  # mean distance between two generated clips over that between two real ones
COPIED = 0.25  # share of generated clips that lie nearer to a training clip than held-out ones ever do
IDLE = 1e-3  # mean discriminator loss of a game whose discriminator has nothing more to learn
WINDOW = 512  # samples

SAID = {
    "silence": "are silent",
    "clipping": "are clipped",
    "one_tone": "are one steady tone",
    "hiss": "are hiss",
}


def symptoms(clips: np.ndarray) -> dict[str, float]:
    """The share of clips (n, samples) that show each symptom, 0 to 1."""
    loud = np.abs(clips)
    heard = loud.max(axis=1) > SILENT
    spectra = _average_spectra(clips)
    total = np.maximum(spectra.sum(axis=1), 1e-30)
    peaks = (spectra + np.roll(spectra, 1, axis=1) + np.roll(spectra, -1, axis=1)).max(
        axis=1
    )  # a Hann peak is three bins wide
    flatness = np.exp(np.log(np.maximum(spectra, 1e-30)).mean(axis=1)) / (total / spectra.shape[1])
    shown = {
        "silence": ~heard,
        "clipping": (loud >= 0.999).mean(axis=1) > CLIPPED,
        "one_tone": heard & (peaks / total > TONE),
        "hiss": heard & (flatness > FLAT),
    }
    return {name: float(np.mean(clips_with)) for name, clips_with in shown.items()}


def failures(
    clips: np.ndarray, features: np.ndarray, real: Mapping[str, float], held: np.ndarray, trained: np.ndarray
) -> dict[str, str]:
    """Name what is wrong with generated clips (n, samples), a sentence each; nothing wrong gives nothing.

    `features` (n, d) are theirs, `held` (m, d) those of held-out clips and `trained` (k, d) of training clips, scaled
    alike; `real` the symptoms of the held-out clips.
    """
    found = {
        name: f"{100 * share:.0f}% of the generated clips {SAID[name]} ({100 * real[name]:.0f}% of the real ones)"
        for name, share in symptoms(clips).items()
        if share - real[name] > MOST
    }
    spread = float(pdist(features).mean() / max(pdist(held).mean(), 1e-9))
    if spread < COLLAPSED:
        found["collapse"] = f"the generated clips differ {100 * spread:.0f}% as much as real ones do"
    copied = float(np.mean(cdist(features, trained).min(axis=1) < cdist(held, trained).min(axis=1).min() / 2))
    if copied > COPIED:
        found["memorised"] = f"{100 * copied:.0f}% of the generated clips are near copies of training clips"
    return found


def saturated(discriminator_losses: np.ndarray) -> dict[str, str]:
    """Tell from the discriminator's losses since the last look whether it has anything left to teach."""
    mean = float(np.mean(np.abs(discriminator_losses)))
    return (
        {"saturated": f"the discriminator's loss was {mean:.1g} on average: it teaches no more"} if mean < IDLE else {}
    )


def _average_spectra(clips: np.ndarray) -> np.ndarray:
    """The mean power spectrum of each clip, without the lowest bin: (n, samples) -> (n, bins)."""
    width = min(WINDOW, clips.shape[1])
    return (np.abs(stft(clips, np.hanning(width), width)) ** 2).mean(axis=1)[:, 1:]
