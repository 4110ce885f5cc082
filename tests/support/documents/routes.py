"""Routes of documents and folders."""

from typing import Final

from domain.identity.scopes import Scope
from tests.support.json_api.documents import DOCUMENTS
from tests.support.registries.route_part import RoutePart

FOLDERS: Final = "/api/v1/folders"
DOCUMENT: Final = f"{DOCUMENTS}/{{document_id:str}}"
VERSION: Final = f"{DOCUMENT}/versions/{{number:str}}"

PART: Final = RoutePart(
    needs={
        ("GET", DOCUMENTS): Scope.DOCUMENTS,
        ("POST", DOCUMENTS): Scope.DOCUMENTS,
        ("GET", DOCUMENT): Scope.DOCUMENTS,
        ("PUT", DOCUMENT): Scope.DOCUMENTS,
        ("DELETE", DOCUMENT): Scope.DOCUMENTS,
        ("POST", f"{DOCUMENT}/purge"): Scope.DOCUMENTS,
        ("POST", f"{DOCUMENT}/restore"): Scope.DOCUMENTS,
        ("GET", f"{DOCUMENT}/content"): Scope.DOCUMENTS,
        ("PUT", f"{DOCUMENT}/content"): Scope.DOCUMENTS,
        ("GET", f"{DOCUMENT}/versions"): Scope.DOCUMENTS,
        ("GET", VERSION): Scope.DOCUMENTS,
        ("GET", f"{VERSION}/content"): Scope.DOCUMENTS,
        ("GET", f"{DOCUMENT}/diff"): Scope.DOCUMENTS,
        ("GET", FOLDERS): Scope.DOCUMENTS,
    },
    values={"{number:str}": "1"},
)
