"""Error envelopes: one problem in the shape of each surface."""

import re
from http import HTTPStatus

import msgspec

from api.http.envelopes.problem import Problem
from api.http.envelopes.rendering import render
from api.http.version import VERSION

MISSING = Problem(HTTPStatus.NOT_FOUND, "TASK_NOT_FOUND", "Task not found", {"id": "abc"})


def test_json_api_says_success_error_and_code() -> None:
    assert msgspec.json.decode(render("/api/v1/documents", MISSING)) == {
        "success": False,
        "error": "Task not found",
        "code": "TASK_NOT_FOUND",
    }


def test_codegen_gateway_and_the_operators_routes_nest_the_error() -> None:
    nested = {
        "error": {"code": "TASK_NOT_FOUND", "message": "Task not found", "details": {"id": "abc"}}
    }
    for path in ("/v1/generations", "/api/v1/sessions", "/ops/projections", "/unknown"):
        assert msgspec.json.decode(render(path, MISSING)) == nested


def test_task_board_adds_the_generic_type_and_its_meta() -> None:
    body = msgspec.json.decode(render("/api/tasks/abc", MISSING))

    assert body["success"] is False
    assert body["error"] == {
        "code": "TASK_NOT_FOUND",
        "type": "NOT_FOUND",
        "message": "Task not found",
        "details": {"id": "abc"},
    }
    assert body["meta"]["version"] == VERSION
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["meta"]["timestamp"])


def test_task_board_calls_429_a_rate_limit() -> None:
    limited = Problem(HTTPStatus.TOO_MANY_REQUESTS, "RATE_LIMITED", "Too many requests.")
    error = msgspec.json.decode(render("/api/tasks", limited))["error"]
    assert (error["code"], error["type"], error["details"]) == ("RATE_LIMIT", "RATE_LIMIT", {})
