"""What is on record of an erasure once all else is gone. Stored forever: never rename a tag."""

from typing import TypeAlias

from domain.messages import Event
from domain.text import Public


class ErasureCertified(Event, frozen=True, tag="erasure.certified"):
    """All that was personal of a stream has been destroyed, together with this being recorded.

    ``subject`` is the stream, ``version`` the last of its events that was erased, ``texts`` and
    ``size`` how many texts went with it and their bytes. ``digest`` is the hex SHA-256 of the chain
    hashes of all those events, one after the other: it says which record it was that was erased,
    and can be computed again from what the log keeps of it.
    """

    subject: Public
    version: int
    texts: int
    size: int
    digest: Public


ErasureEvent: TypeAlias = ErasureCertified
