"""Suffixes of sound files, of formats that are read and of others, and what follows from a file's name alone."""

from pathlib import PurePosixPath

READ = {
    *(".wav", ".wave", ".bwf", ".w64", ".rf64", ".flac", ".fla", ".ogg", ".oga", ".opus"),
    *(".mp3", ".mp2", ".mp1", ".mpa", ".mpga", ".aif", ".aiff", ".aifc", ".aff"),
    *(".au", ".snd", ".caf", ".sph", ".nist"),
}
# Sounds in unsupported formats, and videos, are recordings too: each is rejected with the reason, not ignored.
NOT_READ = {
    *(".m4a", ".m4b", ".m4r", ".m4p", ".aac", ".adts", ".ac3", ".eac3", ".dts", ".wma", ".asf", ".wv", ".ape", ".shn"),
    *(".tta", ".tak", ".mpc", ".ofr", ".mka", ".weba", ".amr", ".awb", ".3ga", ".qcp", ".gsm", ".spx", ".ra", ".ram"),
    *(".rm", ".dsf", ".dff", ".aa", ".aax", ".oma", ".voc", ".vox", ".8svx", ".svx", ".iff", ".sf", ".ircam", ".pvf"),
    *(".paf", ".xi", ".sds", ".avr", ".sd2", ".raw", ".pcm", ".sln", ".g722", ".g729", ".ogx", ".ogv"),
    *(".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3gpp", ".3g2", ".webm", ".mkv", ".avi", ".flv", ".wmv", ".mpg", ".mpeg"),
}
SUFFIXES = READ | NOT_READ


def is_sound(name: str, suffixes: set[str] = SUFFIXES) -> bool:
    """Whether a name is that of a visible sound file."""
    return not is_hidden(name) and PurePosixPath(name).suffix.lower() in suffixes


def is_unread(name: str) -> bool:
    """Whether a name is that of a sound or video in an unsupported format, such as a video about the collection."""
    return PurePosixPath(name).suffix.lower() in NOT_READ


def is_hidden(name: str) -> bool:
    """Whether a file, or a folder above it, is hidden."""
    return any(part.startswith(".") for part in name.split("/"))
