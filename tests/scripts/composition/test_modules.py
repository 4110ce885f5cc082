"""Modules add up: none hides what another brings, and each schedule is of a job there is."""

from collections import Counter
from collections.abc import Iterable

from scripts.composition.backend import Backend
from tests.support.service.backends import SECRETS, Failures

MODULES = Backend("", SECRETS, Failures()).modules


def test_no_two_modules_share_a_name() -> None:
    assert _repeated(module.jobs for module in MODULES) == []
    assert _repeated(module.supervised for module in MODULES) == []
    assert _repeated(module.erasers for module in MODULES) == []


def test_what_recurs_is_a_job_of_the_same_module() -> None:
    assert all(module.schedule.keys() <= module.jobs.keys() for module in MODULES)


def _repeated(names: Iterable[Iterable[str]]) -> list[str]:
    counted = Counter(name for each in names for name in each)
    return [name for name, times in counted.items() if times > 1]
