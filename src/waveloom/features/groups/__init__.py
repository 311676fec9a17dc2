"""PLUG-IN. What is measured of a clip; one family of numbers a file, chosen by `features.groups`.

A file offers `EXACT`, which says whether it needs spectra of double precision to give librosa's numbers, and
`measure(analysis) -> dict[str, np.ndarray]`: each name's values over time (n, frames), or one number a
clip (n,), float32 and finite for every finite clip; a clip's numbers do not depend on its neighbours. What cannot be
measured at all, such as a pitch longer than a frame, is an InputError that names the knob.
"""
