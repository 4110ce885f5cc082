"""Events of erasures: their certificates. Stored forever: never rename a tag."""

from typing import TypeAlias

from domain.messages import Event
from domain.text import Public


class ErasureCertified(Event, frozen=True, tag="erasure.certified"):
    """All personal data of a stream was destroyed, in the transaction that recorded this.

    ``subject`` is the stream, ``version`` that of its last erased event; ``texts`` and ``size``
    count the erased texts and their bytes. ``digest`` is the hex SHA-256 of the concatenated chain
    hashes of those events: it identifies the erased record, and can be recomputed from the log.
    """

    subject: Public
    version: int
    texts: int
    size: int
    digest: Public


ErasureEvent: TypeAlias = ErasureCertified
