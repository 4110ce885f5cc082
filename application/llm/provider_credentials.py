"""Use cases for the credential of an AI provider that goes with a key.

The secret is a text outside the log, sealed under a data key of its own whose associated data names
purpose and organisation; it is stored with the event that binds it and destroyed, key and all, with
the one that removes it. A key that is revoked loses its credential.
"""

from collections.abc import Callable
from typing import NamedTuple

from application.eventstore.command_handler import CommandHandler, Enclose, Written
from application.eventstore.contents import Contents, Salted, salted
from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.event_store import Append, Erasure, Text
from application.identity.organisations_and_keys import KEY
from domain.identity.events import CredentialBound, CredentialRemoved
from domain.identity.keys import (
    BindCredential,
    KeyCommand,
    RemoveCredential,
    RevokeKey,
)
from domain.outbound_addresses import Allowed, checked_url


class Secret:
    """A text that no log, error or repr shows; ``reveal`` where it is used."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(...)"


class Credential(NamedTuple):
    """What it takes to ask an OpenAI-compatible provider on somebody's behalf."""

    provider: str
    base_url: str
    model: str
    secret: Secret


class Credentials:
    def __init__(
        self,
        streams: CommandHandler,
        contents: Contents,
        allowed: Allowed,
        new_key: Callable[[], str],
        new_salt: Callable[[], bytes],
    ) -> None:
        self._streams = streams
        self._contents = contents
        self._allowed = allowed
        self._new_key = new_key
        self._new_salt = new_salt

    async def bind(self, key_id: str, credential: Credential, by: Origin) -> Written:
        """Have a credential go with a key of ``by.org_id``, instead of any before.

        Raises ``KeyNotFound``, ``KeyIsOver`` or, for where it must not be sent, ``AddressRefused``.
        """
        text = salted(credential.secret.reveal().encode(), self._new_salt())
        command = BindCredential(
            credential_id=self._new_key(),
            provider=credential.provider,
            base_url=checked_url(credential.base_url, self._allowed),
            model=credential.model,
            digest=text.content.digest,
            last4=credential.secret.reveal()[-4:],
        )
        return await self._execute(key_id, command, by, text)

    async def remove(self, key_id: str, by: Origin) -> Written:
        """Destroy a key's credential; raises ``CredentialNotFound``."""
        return await self._execute(key_id, RemoveCredential(), by)

    async def revoke_key(self, key_id: str, by: Origin) -> Written:
        """Revoke a key of ``by.org_id``, and destroy its credential; raises ``KeyNotFound``."""
        return await self._execute(key_id, RevokeKey(), by)

    async def find(self, org_id: str, key_id: str) -> Credential | None:
        """Return a key's credential, to use it; ``None`` where the key has none."""
        bound: CredentialBound | None = None
        for record in await self._streams.log.read(KEY.stream(key_id)):
            match record.event:
                case CredentialBound() as event if record.origin.org_id == org_id:
                    bound = event
                case CredentialRemoved():
                    bound = None
        if bound is None:
            return None
        owner = _owner(org_id, bound.credential_id)
        if (data := await self._contents.get(org_id, owner, bound.digest)) is None:
            return None
        return Credential(bound.provider, bound.base_url, bound.model, Secret(data.decode()))

    async def _execute(
        self, key_id: str, command: KeyCommand, by: Origin, text: Salted | None = None
    ) -> Written:
        enclose = _with_secrets(by.org_id, text)
        return await self._streams.execute(KEY, key_id, command, by, enclose=enclose)


def _with_secrets(org_id: str, text: Salted | None) -> Enclose:
    """Store what is bound and destroy what is removed, with the events that say so."""

    def enclose(records: tuple[RecordedEvent, ...]) -> Append:
        texts, erasures = list[Text](), list[Erasure]()
        for record in records:
            match record.event:
                case CredentialBound(credential_id=bound) if text is not None:
                    texts.append(text.owned_by(org_id, _owner(org_id, bound)))
                case CredentialRemoved(credential_id=removed):
                    erasures.append(Erasure(org_id, _owner(org_id, removed)))
        return Append(records=records, texts=tuple(texts), erasures=tuple(erasures))

    return enclose


def _owner(org_id: str, credential_id: str) -> str:
    """Name what the secret is sealed for: it is the seal's associated data."""
    return f"credential-{org_id}.{credential_id}"
