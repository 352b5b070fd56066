"""Measurements of Chati as ratios to a floor taken in the same run: these machines are noisy, ratios are not."""
