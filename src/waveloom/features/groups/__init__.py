"""PLUG-IN. Groups of features; one group per file, chosen by `features.groups`.

A file offers `DOUBLE_PRECISION`, whether it needs spectra of double precision to equal librosa, and
`measure(analysis) -> dict[str, np.ndarray]`: values by name, over time (n, frames) or per clip (n,), float32 and finite
for every finite clip, and independent of the other clips. Parameters with which nothing can be measured, such as a
pitch period longer than a frame, raise an InputError that names the parameter.
"""
