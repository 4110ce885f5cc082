"""Whole responses: head and body given to the server at once, where it takes them so.

ASGI has a message for the head and one for each part of the body, each awaited, while most
responses are complete before the first. A ``send`` takes them whole when it is a method of an
object that has ``respond``, too; any other ``send`` gets messages.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

Respond: TypeAlias = Callable[[int, Sequence[tuple[bytes, bytes]], bytes], bool]
"""Sends status, headers and body, or returns false where messages have to be sent instead."""


def respond_of(send: Any) -> Respond:
    respond: Respond = getattr(getattr(send, "__self__", None), "respond", _send_messages)
    return respond


def _send_messages(*_: object) -> bool:
    return False
