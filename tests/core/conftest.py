"""The core's tests need nothing of the house: `make mutants` runs them without it."""

from hypothesis import HealthCheck, Phase, settings

# It is enough that a test fails: the smallest example is not looked for.
settings.register_profile(
    "mutants",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
)
