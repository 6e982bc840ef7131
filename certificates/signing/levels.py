"""The levels of a signature (ETSI EN 319 142-1), lowest first."""

#: The signature; with a trusted time; with what is needed to judge it when its authorities are gone.
BASELINE, STAMPED, LONG_TERM = "B-B", "B-T", "B-LT"
LEVELS = (BASELINE, STAMPED, LONG_TERM)


def below(level: str, target: str) -> bool:
    """Whether a file of this level is still to be brought to the target."""
    return LEVELS.index(level) < LEVELS.index(target)
