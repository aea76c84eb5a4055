"""How thorough random tests are: the same few examples in every run, or many new ones in `make nightly`.

And an interrupt interrupts: a shell that starts the tests in the background has them ignore it, and their children too.
"""

import os
import signal

from hypothesis import HealthCheck, settings

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile("ci", max_examples=100, derandomize=True, deadline=None, suppress_health_check=SLOW)
settings.register_profile("nightly", max_examples=4000, deadline=None, suppress_health_check=SLOW, print_blob=True)
settings.load_profile(os.environ.get("RACEPROOF_RANDOM", "ci"))

signal.signal(signal.SIGINT, signal.default_int_handler)
