"""Answers the edge gives itself, without the application."""

from typing import Final

from api.edge.exchange import Scope, Send
from api.http.envelopes.problem import Problem
from api.http.envelopes.rendering import render

POLICY_VIOLATION: Final = 1008


async def refuse(scope: Scope, send: Send, problem: Problem) -> None:
    """Answer with the problem in the shape of the surface that owns the path."""
    body = render(scope["path"], problem)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def refuse_socket(send: Send) -> None:
    """Turn a handshake down; servers answer it with 403."""
    await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": ""})
