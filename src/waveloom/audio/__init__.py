"""Sounds as arrays: decoding in a child process, resampling, loudness, digests, the clip store and writing WAV."""
