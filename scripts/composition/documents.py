"""Documents context: commands, history, read models, the purge of the trash."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from application.documents.documents import DOCUMENT, DocumentCommands
from application.documents.folders import FolderPaths
from application.documents.history import DocumentHistory
from application.erasure.purge_job import PURGE, PURGE_EVERY, PurgeJob
from projections.documents.as_of import DocumentsAsOf
from projections.documents.document_summaries import DOCUMENT_SUMMARIES, DocumentQueries
from projections.documents.folders import FolderQueries
from scripts.composition.kernel import Kernel
from scripts.composition.module import Module

if TYPE_CHECKING:
    from litestar.types import ControllerRouterHandler

    from api.http.shared_services import SharedServices
    from api.json_api.documents.services import DocumentServices


class DocumentsContext:
    def __init__(self, kernel: Kernel) -> None:
        self._contents = kernel.contents
        self.commands = DocumentCommands(
            transactions=kernel.transactions,
            folders=FolderPaths(kernel.claims, kernel.new_key),
            new_key=kernel.new_key,
            new_salt=kernel.random.salt,
            record_erasures=kernel.erasures.record_up_to,
        )
        self.history = DocumentHistory(kernel.log)
        self.summaries = DocumentQueries(kernel.select, kernel.decrypt_event)
        self.folders = FolderQueries(kernel.select)
        self.wait_visible = partial(
            kernel.read_your_writes.wait_visible, model=DOCUMENT_SUMMARIES.name
        )
        self.as_of = DocumentsAsOf(kernel.log, self.history, self.summaries)
        self.purge = PurgeJob(
            due=self.summaries.due,
            purge=self.commands.purge_if_due,
            wait_visible=self.wait_visible,
            clock=kernel.clock,
            new_id=kernel.new_key,
        )

    def module(self) -> Module:
        return Module(
            routes=self._routes,
            jobs={PURGE: self.purge},
            schedule={PURGE: PURGE_EVERY},
            erasers={DOCUMENT.category: self.commands.reapply_purge},
        )

    def services(self) -> "DocumentServices":
        """Return the services of the routes that use documents."""
        from api.json_api.documents.services import DocumentServices

        return DocumentServices(
            commands=self.commands,
            history=self.history,
            contents=self._contents,
            summaries=self.summaries,
            folders=self.folders,
            past=self.as_of,
        )

    def _routes(self, shared: "SharedServices") -> Sequence["ControllerRouterHandler"]:
        from api.json_api.documents.router import documents_router

        return [documents_router(self.services(), shared)]
