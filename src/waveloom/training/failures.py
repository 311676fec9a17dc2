"""Detection of typical failures of audio GANs in generated clips, relative to held-out real clips.

A symptom counts as a failure only if real clips show it less often: a corpus of pure tones consists of steady tones.
"""

from collections.abc import Mapping

import numpy as np
from scipy.spatial.distance import cdist, pdist

from waveloom.audio.stft import stft

SILENT_PEAK = 1e-3  # 60 dB below full scale
CLIPPED_SHARE = 0.01  # more than this fraction of samples at full scale: the clip is clipped
TONE_SHARE = 0.95  # more than this fraction of power in one peak of the average spectrum: a steady tone
HISS_FLATNESS = 0.5  # spectral flatness: geometric over arithmetic mean; near 1 for white noise
FAILED_SHARE = 0.5  # a symptom is a failure if its fraction of generated clips exceeds that of real clips by more
COLLAPSED_SPREAD = 0.25  # mean distance between two generated clips over that between two real ones
COPIED_SHARE = 0.25  # more than this fraction of generated clips close to a training clip: memorised
UNCHANGED = 0.15  # a translator that changes less than this fraction of the difference of two sources
CONTENT_LOST = 0.75  # more than this fraction of the difference in content of two sources
SATURATED_LOSS = 1e-3  # mean absolute loss of a discriminator that no longer gives a gradient
WINDOW = 512  # samples

SENTENCES = {
    "silence": "are silent",
    "clipping": "are clipped",
    "one_tone": "are one steady tone",
    "hiss": "are hiss",
}


def symptoms(clips: np.ndarray) -> dict[str, float]:
    """The fraction (0 to 1) of clips (n, samples) with each symptom."""
    levels = np.abs(clips)
    audible = levels.max(axis=1) > SILENT_PEAK
    spectra = _average_spectra(clips)
    total = np.maximum(spectra.sum(axis=1), 1e-30)
    neighbours = np.roll(spectra, 1, axis=1), np.roll(spectra, -1, axis=1)
    peaks = (spectra + neighbours[0] + neighbours[1]).max(axis=1)  # the main lobe of a Hann window has three bins
    flatness = np.exp(np.log(np.maximum(spectra, 1e-30)).mean(axis=1)) / (total / spectra.shape[1])
    found = {
        "silence": ~audible,
        "clipping": (levels >= 0.999).mean(axis=1) > CLIPPED_SHARE,
        "one_tone": audible & (peaks / total > TONE_SHARE),
        "hiss": audible & (flatness > HISS_FLATNESS),
    }
    return {name: float(np.mean(clips_with)) for name, clips_with in found.items()}


def failures(
    clips: np.ndarray, features: np.ndarray, real: Mapping[str, float], held_out: np.ndarray, trained: np.ndarray
) -> dict[str, str]:
    """The failures of generated clips (n, samples): name -> sentence; empty if there are none.

    `features` (n, d) are those of the clips, `held_out` (m, d) of held-out clips and `trained` (k, d) of training
    clips, all scaled alike; `real` are the `symptoms` of the held-out clips.
    """
    found = {
        name: f"{100 * share:.0f}% of the generated clips {SENTENCES[name]} ({100 * real[name]:.0f}% of the real ones)"
        for name, share in symptoms(clips).items()
        if share - real[name] > FAILED_SHARE
    }
    spread = float(pdist(features).mean() / max(pdist(held_out).mean(), 1e-9))
    if spread < COLLAPSED_SPREAD:
        found["collapse"] = f"the generated clips differ {100 * spread:.0f}% as much as real ones do"
    nearest = cdist(held_out, trained).min()
    copied = float(np.mean(cdist(features, trained).min(axis=1) < nearest / 2))
    if copied > COPIED_SHARE:
        found["memorised"] = f"{100 * copied:.0f}% of the generated clips are near copies of training clips"
    return found


def translation_failures(change: float, lost_content: float) -> dict[str, str]:
    """The failures of a translator: it changes nothing, or the notes and onsets of the source are gone.

    `change` is the distance of translations to their sources relative to that of different sources, `lost_content` the
    same for their content: see `training.translation_validation`.
    """
    found = {}
    if change < UNCHANGED:
        found["unchanged"] = f"translations differ from their sources {100 * change:.0f}% as much as other sources do"
    if lost_content > CONTENT_LOST:
        found["content_lost"] = (
            f"notes and onsets differ {100 * lost_content:.0f}% as much as those of other sources do"
        )
    return found


def saturated(discriminator_losses: np.ndarray) -> dict[str, str]:
    """The failure of a discriminator whose losses since the last validation are near 0; empty otherwise."""
    mean = float(np.mean(np.abs(discriminator_losses)))
    if mean >= SATURATED_LOSS:
        return {}
    return {"saturated": f"the discriminator's loss was {mean:.1g} on average: the generator learns no more from it"}


def _average_spectra(clips: np.ndarray) -> np.ndarray:
    """The mean power spectrum of each clip, without the lowest bin: (n, samples) -> (n, bins)."""
    width = min(WINDOW, clips.shape[1])
    return (np.abs(stft(clips, np.hanning(width), width)) ** 2).mean(axis=1)[:, 1:]
