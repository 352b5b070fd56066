"""Starts a Python process on the clock of a test run with `--at`, whose conftest puts this folder on PYTHONPATH."""

import os
import time
from contextlib import suppress

# A test may start a process where only Chati itself is installed: that one keeps the real clock.
with suppress(ImportError):
    import time_machine

    time_machine.travel(time.time() + float(os.environ["TEST_CLOCK_AHEAD_S"])).start()
    time.time()  # a traveller's clock stands still until it is first looked at
