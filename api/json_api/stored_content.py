"""Reads texts that may have been erased, such as contents of documents and outputs of runs."""

from application.eventstore.contents import Contents
from domain.refusals import NotFound


class ContentErased(NotFound):
    code = "CONTENT_ERASED"
    message = "This content has been replaced or purged for good."


async def read_content(contents: Contents, org_id: str, stream: str, digest: str) -> bytes:
    """Return the text that a stream stored under a digest; raises ``ContentErased``."""
    text = await contents.get(org_id, stream, digest)
    if text is None:
        raise ContentErased
    return text
