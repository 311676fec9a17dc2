"""Sounds as arrays: decoding, resampling, levelling, trimming, cutting, and the store of clips."""
