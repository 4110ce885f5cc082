"""Module: the routes, jobs, supervised tasks and close function of a context."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from application.erasure.reapply_erasures import Erase
from application.jobs.jobs import JobKinds

if TYPE_CHECKING:  # only a process that serves HTTP imports these
    from litestar.types import ControllerRouterHandler

    from api.http.shared_services import SharedServices

Routes: TypeAlias = Callable[["SharedServices"], Sequence["ControllerRouterHandler"]]

EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


def no_routes(_: "SharedServices") -> Sequence["ControllerRouterHandler"]:
    return ()


async def close_nothing() -> None:
    pass


class Module(NamedTuple):
    """``schedule`` has the interval of each recurring job kind.

    ``erasers`` are by stream category: each reapplies an erasure after a restore. ``supervised``
    tasks run as long as the process does; ``close`` finishes the work in progress.
    """

    routes: Routes = no_routes
    jobs: JobKinds = EMPTY
    schedule: Mapping[str, timedelta] = EMPTY
    erasers: Mapping[str, Erase] = EMPTY
    supervised: Mapping[str, Callable[[], Awaitable[None]]] = EMPTY
    close: Callable[[], Awaitable[None]] = close_nothing
