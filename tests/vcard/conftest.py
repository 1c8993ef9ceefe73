"""The same examples on every machine, and no deadline: a busy machine is no fault of a card."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "netcard", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("netcard")
