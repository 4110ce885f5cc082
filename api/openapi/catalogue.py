"""The API documents: title, description and addresses of each surface's."""

from typing import Final

import msgspec

from api.http.surfaces import Surface


class About(msgspec.Struct, frozen=True):
    """A document; ``addresses`` end in ``.json`` or ``.yaml``, which is the format served."""

    title: str
    description: str
    addresses: tuple[str, ...] = ()


EVERYTHING: Final = About(
    "Forge",
    "Every operation of every surface of this service, on one event log.",
    ("/openapi.json",),
)
ABOUT: Final = {
    Surface.JSON_API: About(
        "Forge JSON API",
        "Documents, utilities and pipelines.\n\n"
        "All operations use Bearer API key authentication.\n\n"
        "Document upload limits are plan-based: Starter 5 MB, Pro 10 MB, Team 20 MB. "
        "Requests above the current plan's limit return 413.",
        ("/api/v1/openapi.json",),
    ),
    Surface.CODEGEN: About(
        "Forge Codegen API",
        "Generates Teamcenter ITK batch programs from a description.",
        ("/v1/openapi.json",),
    ),
    Surface.TASK_BOARD: About(
        "Forge Task Board API",
        "Projects, tasks and the attempts that coding agents make at them.",
        ("/api/openapi.json", "/api/openapi.yaml"),
    ),
    Surface.GATEWAY: About(
        "Forge Gateway API",
        "Sessions run by engineering agents, and the artifacts they propose for approval.",
        ("/api/v1/gateway/openapi.json",),
    ),
    Surface.OPERATE: About("Forge Operations", "The event feed, audit and projections."),
}
