"""Notes in a process: the use case, the read model, the routes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from application.notes.notes import NoteCommands
from projections.notes.notes import NoteQueries

from scripts.composition.kernel import Kernel
from scripts.composition.module import Module

if TYPE_CHECKING:
    from litestar.types import ControllerRouterHandler

    from api.http.shared_services import SharedServices


class NotesContext:
    def __init__(self, kernel: Kernel) -> None:
        self.commands = NoteCommands(kernel.transactions, kernel.new_key)
        self.queries = NoteQueries(kernel.select)

    def module(self) -> Module:
        return Module(routes=self._routes)

    def _routes(self, shared: "SharedServices") -> Sequence["ControllerRouterHandler"]:
        from api.notes.router import notes_router
        from api.notes.services import NoteServices

        services = NoteServices(commands=self.commands, queries=self.queries)
        return [notes_router(services, shared)]
