"""A context as a process sees it: its routes, its jobs, its tasks, and its end."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from application.erasure.reapply_erasures import Erase
from application.jobs.jobs import JobKinds

if TYPE_CHECKING:  # of what follows only a process that serves HTTP loads anything
    from litestar.types import ControllerRouterHandler

    from api.http.shared_services import SharedServices

Routes: TypeAlias = Callable[["SharedServices"], Sequence["ControllerRouterHandler"]]

NONE: Final[Mapping[str, Any]] = MappingProxyType({})


def no_routes(_: "SharedServices") -> Sequence["ControllerRouterHandler"]:
    return ()


async def nothing_to_close() -> None:
    pass


class Module(NamedTuple):
    """``schedule`` says of which job kinds one is due again after how long.

    ``erasers`` are by category of streams: each erases again what a restore has brought back.
    ``supervised`` tasks run as long as the process does; ``close`` ends what is in hand.
    """

    routes: Routes = no_routes
    jobs: JobKinds = NONE
    schedule: Mapping[str, timedelta] = NONE
    erasers: Mapping[str, Erase] = NONE
    supervised: Mapping[str, Callable[[], Awaitable[None]]] = NONE
    close: Callable[[], Awaitable[None]] = nothing_to_close
