"""Routes of documents, their contents, versions and folders."""

from litestar import Router

from api.http.inject import with_dependencies
from api.http.shared_services import SharedServices
from api.json_api.documents.contents import ContentController
from api.json_api.documents.document_reader import DocumentReader
from api.json_api.documents.documents import DocumentController
from api.json_api.documents.folders import FolderController
from api.json_api.documents.services import DocumentServices
from api.json_api.documents.trash import TrashController
from api.json_api.documents.versions import VersionController
from api.json_api.router import json_api_router


def documents_router(services: DocumentServices, shared: SharedServices) -> Router:
    finder = document_reader(services, shared)
    return json_api_router(
        shared,
        with_dependencies(
            DocumentController,
            commands=services.commands,
            finder=finder,
            answers=shared.idempotency_store,
        ),
        with_dependencies(
            TrashController,
            commands=services.commands,
            finder=finder,
            answers=shared.idempotency_store,
        ),
        with_dependencies(
            ContentController,
            commands=services.commands,
            contents=services.contents,
            finder=finder,
        ),
        with_dependencies(VersionController, history=services.history, contents=services.contents),
        with_dependencies(
            FolderController,
            folders=services.folders,
            read_your_writes=shared.read_your_writes,
        ),
    )


def document_reader(services: DocumentServices, shared: SharedServices) -> DocumentReader:
    return DocumentReader(
        summaries=services.summaries,
        folders=services.folders,
        past=services.past,
        history=services.history,
        visibility=shared.read_your_writes,
    )
