"""Properties are tried on the same examples everywhere and every time, however slow or busy the machine is.

`HYPOTHESIS_PROFILE=explore make test-unit` looks for new ones.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("explore", deadline=None)
settings.register_profile(
	"steady",
	derandomize=True,
	deadline=None,  # the first example loads libraries, and a busy machine takes its time
	database=None,
	suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
