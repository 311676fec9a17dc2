"""PLUG-IN. Loss terms that compare generated data with a target directly, without a discriminator; one per file.

A file offers `loss(target, generated)`: a pure function of two tensors of one shape (batch, ...). It returns a scalar,
0 if both are equal and positive otherwise.
"""
