"""The Python API, which the package `waveloom` offers under the names of `waveloom.__all__`."""
