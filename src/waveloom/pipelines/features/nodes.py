"""The node of features."""

from waveloom.audio.store import ClipStore
from waveloom.datasets.table import TableStream
from waveloom.features import Features
from waveloom.features.table import feature_table


def describe_clips(clips: ClipStore, rules: Features) -> TableStream:
    """Compute the table of MFCC statistics and spectral descriptors, chunk by chunk."""
    return TableStream(feature_table(clips.chunks(), clips.rate_hz, rules))
