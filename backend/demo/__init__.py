"""The demo city: two thousand made-up lifts with a year of life, for trying Chati out and for its tests."""

SAMPLE_CODE = "500103"  # a pilot lift with IoT in 渝中区 that has everything a card can show
