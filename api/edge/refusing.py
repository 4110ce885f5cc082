"""Responses of the edge itself, without the application."""

from typing import Final

from api.edge.exchange import Scope, Send
from api.http.envelopes.problem import Problem
from api.http.envelopes.rendering import render

POLICY_VIOLATION: Final = 1008


async def send_problem(scope: Scope, send: Send, problem: Problem) -> None:
    """Send a problem in the error format of the path's surface."""
    body = render(scope["path"], problem)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def reject_socket(send: Send) -> None:
    """Refuse a WebSocket handshake; the server answers 403."""
    await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": ""})
