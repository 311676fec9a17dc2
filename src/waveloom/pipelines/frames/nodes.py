"""The node of frames."""

from waveloom.audio.store import ClipStore
from waveloom.datasets.table import TableStream
from waveloom.features import Features
from waveloom.features.frame_table import frame_table


def extract_frame_features(clips: ClipStore, config: Features) -> TableStream:
    """Compute the table of features over time, chunk by chunk."""
    return TableStream(frame_table(clips.chunks(), clips.rate_hz, config))
