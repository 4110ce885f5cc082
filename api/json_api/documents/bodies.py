"""What the document routes take, as JSON, and what they make of it (seed 002, wire.md)."""

import msgspec
from msgspec import UNSET, UnsetType

from api.http.request_body import decode
from application.documents import documents
from application.documents.documents import Revision
from domain.documents.events import Label
from domain.documents.label import checked_label
from domain.identity.plans import Allowance
from domain.json_text import InvalidJson, check, compact, mask_lone_surrogates, unmask
from domain.refusals import Invalid, TooLarge

ENVELOPE_BYTES = 64 * 1024
ESCAPED = 6
"""A byte of content takes at most six in a body: ``\\u0000``."""


class NoUpdates(Invalid):
    code = "NO_UPDATES"
    message = "The body has none of name, description, tags and folder."


class ContentOrText(Invalid):
    code = "INVALID_CONTENT"
    message = "Send either content or contentText, and exactly one of them."


class NewDocument(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """``DocumentCreateRequest`` of the seed."""

    name: str
    description: str | UnsetType = UNSET
    tags: tuple[str, ...] = ()
    folder: str | None = None
    content: msgspec.Raw | UnsetType = UNSET
    content_text: str | UnsetType = UNSET

    def draft(self, allowance: Allowance, mark: bytes) -> documents.NewDocument:
        """Make of it what is recorded; texts with ``mark`` in them had a lone surrogate."""
        description = None if self.description is UNSET else self.description
        label = Label(name=self.name, description=description, tags=self.tags)
        texts = (self.name, description or "", *self.tags, self.folder or "")
        if mark and any(mark.decode() in text for text in texts):
            raise InvalidJson("name, description, tags and folder take no lone surrogate.")
        data = stored_text(self.content, self.content_text, allowance, mark)
        return documents.NewDocument(checked_label(label), self.folder, data)


class DocumentFields(msgspec.Struct, frozen=True):
    """Looks for what can be updated at all, whatever else there is."""

    name: msgspec.Raw | UnsetType = UNSET
    description: msgspec.Raw | UnsetType = UNSET
    tags: msgspec.Raw | UnsetType = UNSET
    folder: msgspec.Raw | UnsetType = UNSET


class DocumentChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``DocumentUpdateRequest`` of the seed."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    folder: str | UnsetType | None = UNSET

    def revision(self) -> Revision:
        return Revision(
            name=self.name, description=self.description, tags=self.tags, folder=self.folder
        )


class NewContent(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """``DocumentContentUpdateRequest`` of the seed."""

    content: msgspec.Raw | UnsetType = UNSET
    content_text: str | UnsetType = UNSET
    create_version: bool = True


class ContentKeys(msgspec.Struct, frozen=True, rename="camel"):
    """Looks for the keys that tell today's body from the legacy one, which is the JSON itself."""

    content: msgspec.Raw | UnsetType = UNSET
    content_text: msgspec.Raw | UnsetType = UNSET
    create_version: msgspec.Raw | UnsetType = UNSET


def body_limit(allowance: Allowance) -> int:
    """Return how many bytes a body may have before it is refused unread (wire.md, bodies)."""
    return ESCAPED * allowance.document_bytes + ENVELOPE_BYTES


def revision_of(raw: bytes) -> Revision:
    """Return the changes asked for; raises ``NoUpdates`` when no known field is among them."""
    if _none_given(decode(raw, DocumentFields)):
        raise NoUpdates
    return decode(raw, DocumentChanges).revision()


def new_document(raw: bytes, allowance: Allowance) -> documents.NewDocument:
    text, mark = masked(raw)
    return decode(text, NewDocument).draft(allowance, mark)


def new_content(raw: bytes, allowance: Allowance) -> tuple[bytes, bool]:
    """Return the text to store, and whether it is a new version."""
    unambiguous, mark = masked(raw)
    if _legacy(unambiguous):
        return _within(allowance, compact(raw)), True
    body = decode(unambiguous, NewContent)
    text = stored_text(body.content, body.content_text, allowance, mark)
    return text, body.create_version


def stored_text(
    content: msgspec.Raw | UnsetType, text: str | UnsetType, allowance: Allowance, mark: bytes
) -> bytes:
    """Return what is stored: ``content`` compact, ``contentText`` to the byte.

    Raises ``ContentOrText`` for both or neither, ``InvalidJson``, or ``TooLarge`` for the plan.
    """
    if content is not UNSET and text is UNSET:
        given = bytes(content)
        return _within(allowance, compact(unmask(given, mark) if mark else given))
    if content is UNSET and text is not UNSET:
        data = text.encode()
        if mark and mark in data:
            raise InvalidJson("contentText has a lone surrogate, which UTF-8 cannot hold.")
        return check(_within(allowance, data))
    raise ContentOrText


def _within(allowance: Allowance, data: bytes) -> bytes:
    if len(data) > allowance.document_bytes:
        raise TooLarge(f"The plan allows documents of {allowance.document_bytes} bytes at most.")
    return data


def masked(raw: bytes) -> tuple[bytes, bytes]:
    """Content may hold lone surrogates, which the decoder would refuse: mask them, if any."""
    if b"\\ud" not in raw and b"\\uD" not in raw:
        return raw, b""
    text, mark = mask_lone_surrogates(raw)
    return (raw, b"") if text == raw else (text, mark)


def _legacy(raw: bytes) -> bool:
    if not raw.lstrip().startswith(b"{"):
        return True
    return _none_given(decode(raw, ContentKeys))


def _none_given(fields: msgspec.Struct) -> bool:
    return all(value is UNSET for value in msgspec.structs.astuple(fields))
