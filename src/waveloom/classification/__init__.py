"""Classification of recordings: model selection by cross-validation, calibration, outlier detection."""
