"""What the routes of every context share in a process that serves HTTP."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from api.auth.authenticator import Authenticator
from api.http.sse import EventStreams
from application.eventstore.idempotency import IdempotencyStore
from application.eventstore.read_your_writes import ReadYourWrites
from application.feed.feed import Feed
from application.limits.rate_limits import Limits


class SharedServices(msgspec.Struct, frozen=True, kw_only=True):
    authenticator: Authenticator
    limits: Limits
    feed: Feed
    event_streams: EventStreams
    idempotency_store: IdempotencyStore
    read_your_writes: ReadYourWrites
    clock: Callable[[], datetime]
