"""The regulation as pure functions: no Flask, no MongoDB, no clock; each answer names its clause."""
