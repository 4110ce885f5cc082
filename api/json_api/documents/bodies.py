"""Request bodies of the document routes (seed 002, wire.md)."""

import msgspec
from msgspec import UNSET, UnsetType

from api.http.request_body import decode
from application.documents import documents
from application.documents.documents import Revision
from domain.documents.events import Label
from domain.identity.plans import Allowance
from domain.json_text import InvalidJson, check, compact, mask_lone_surrogates, unmask
from domain.refusals import Invalid, TooLarge

ENVELOPE_BYTES = 64 * 1024
MAX_ESCAPED_BYTES = 6
"""Bytes of a body that one byte of content takes at most, as in ``\\u0000``."""


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
        """Return the document to create; a text that contains ``mark`` had a lone surrogate."""
        description = None if self.description is UNSET else self.description
        label = Label(name=self.name, description=description, tags=self.tags)
        texts = (self.name, description or "", *self.tags, self.folder or "")
        if mark and any(mark.decode() in text for text in texts):
            raise InvalidJson("name, description, tags and folder take no lone surrogate.")
        data = stored_text(self.content, self.content_text, allowance, mark)
        return documents.NewDocument(label, self.folder, data)


class DocumentFields(msgspec.Struct, frozen=True):
    """Detects the fields that can be updated, among any others."""

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
    """Detects the keys that today's body has; a legacy body is the JSON content itself."""

    content: msgspec.Raw | UnsetType = UNSET
    content_text: msgspec.Raw | UnsetType = UNSET
    create_version: msgspec.Raw | UnsetType = UNSET


def body_limit(allowance: Allowance) -> int:
    """Return the limit of a body in bytes, beyond which it is refused unread (wire.md, bodies)."""
    return MAX_ESCAPED_BYTES * allowance.document_bytes + ENVELOPE_BYTES


def revision_of(raw: bytes) -> Revision:
    """Return the changes of a body; raises ``NoUpdates`` without a known field."""
    if _all_unset(decode(raw, DocumentFields)):
        raise NoUpdates
    return decode(raw, DocumentChanges).revision()


def new_document(raw: bytes, allowance: Allowance) -> documents.NewDocument:
    text, mark = mask_surrogates(raw)
    return decode(text, NewDocument).draft(allowance, mark)


def new_content(raw: bytes, allowance: Allowance) -> tuple[bytes, bool]:
    """Return the text to store, and whether to store it as a new version."""
    masked, mark = mask_surrogates(raw)
    if _is_legacy(masked):
        return _check_size(allowance, compact(raw)), True
    body = decode(masked, NewContent)
    text = stored_text(body.content, body.content_text, allowance, mark)
    return text, body.create_version


def stored_text(
    content: msgspec.Raw | UnsetType, text: str | UnsetType, allowance: Allowance, mark: bytes
) -> bytes:
    """Return the text to store: ``content`` compact, ``contentText`` byte for byte.

    Raises ``ContentOrText`` for both or neither, ``InvalidJson``, or ``TooLarge`` for the plan.
    """
    if content is not UNSET and text is UNSET:
        raw = bytes(content)
        return _check_size(allowance, compact(unmask(raw, mark) if mark else raw))
    if content is UNSET and text is not UNSET:
        data = text.encode()
        if mark and mark in data:
            raise InvalidJson("contentText has a lone surrogate, which UTF-8 cannot hold.")
        return check(_check_size(allowance, data))
    raise ContentOrText


def _check_size(allowance: Allowance, data: bytes) -> bytes:
    if len(data) > allowance.document_bytes:
        raise TooLarge(f"The plan allows documents of {allowance.document_bytes} bytes at most.")
    return data


def mask_surrogates(raw: bytes) -> tuple[bytes, bytes]:
    """Mask lone surrogates, which content may have, but the decoder refuses.

    Returns the text and the mark, which is empty where there was none.
    """
    if b"\\ud" not in raw and b"\\uD" not in raw:
        return raw, b""
    text, mark = mask_lone_surrogates(raw)
    return (raw, b"") if text == raw else (text, mark)


def _is_legacy(raw: bytes) -> bool:
    if not raw.lstrip().startswith(b"{"):
        return True
    return _all_unset(decode(raw, ContentKeys))


def _all_unset(fields: msgspec.Struct) -> bool:
    return all(value is UNSET for value in msgspec.structs.astuple(fields))
