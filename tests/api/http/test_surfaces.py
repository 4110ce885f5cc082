"""Surfaces: the owner of each path."""

import pytest

from api.http.surfaces import Surface, surface_of


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("/api/v1/documents/1", Surface.JSON_API),
        ("/api/v1/ai/pipeline-draft", Surface.JSON_API),
        ("/api/v1/openapi.json", Surface.JSON_API),
        ("/api/v1/nothing-known", Surface.JSON_API),
        ("/api/v1", Surface.JSON_API),
        ("/api/v1/session/create", Surface.GATEWAY),
        ("/api/v1/pending", Surface.GATEWAY),
        ("/api/v1/gateway/openapi.json", Surface.GATEWAY),
        ("/api/v1/tasks/1", Surface.TASK_BOARD),
        ("/api/tasks/1", Surface.TASK_BOARD),
        ("/api/openapi.yaml", Surface.TASK_BOARD),
        ("/api/documents", Surface.TASK_BOARD),
        ("/v1/generations", Surface.CODEGEN),
        ("/v1/nothing-known", Surface.CODEGEN),
        ("/events", Surface.OPERATE),
        ("/audit/documents/1", Surface.OPERATE),
        ("/", Surface.OPERATE),
        ("//api//v1//documents/", Surface.JSON_API),
        ("/apis/v1/documents", Surface.OPERATE),
    ],
)
def test_every_path_has_an_owner_known_or_not(path: str, owner: Surface) -> None:
    assert surface_of(path) is owner
