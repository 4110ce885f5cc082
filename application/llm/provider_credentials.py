"""Use cases for the credential of an AI provider that is bound to an API key.

The secret is a text outside the log, sealed under a data key of its own whose associated data names
purpose and organisation. It is stored with the event that binds it, and destroyed together with its
data key by the one that removes it. A revoked key loses its credential.
"""

from collections.abc import Callable
from typing import NamedTuple

from application.eventstore.contents import Contents, Salted, salted
from application.eventstore.envelope import Origin
from application.eventstore.transaction import Decision, Transaction
from application.eventstore.transactions import Transactions, Written
from application.identity.api_keys import KEY
from domain.identity.events import CredentialBound, CredentialRemoved
from domain.identity.keys import (
    BindCredential,
    KeyCommand,
    RemoveCredential,
    RevokeKey,
)
from domain.outbound_addresses import Allowed, checked_url


class Secret:
    """A secret text: repr hides it, ``reveal`` returns it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(...)"


class Credential(NamedTuple):
    """Credential of an OpenAI-compatible provider."""

    provider: str
    base_url: str
    model: str
    secret: Secret


class Credentials:
    def __init__(
        self,
        transactions: Transactions,
        contents: Contents,
        allowed: Allowed,
        new_key: Callable[[], str],
        new_salt: Callable[[], bytes],
    ) -> None:
        self._transactions = transactions
        self._contents = contents
        self._allowed = allowed
        self._new_key = new_key
        self._new_salt = new_salt

    async def bind(self, key_id: str, credential: Credential, by: Origin) -> Written:
        """Bind a credential to a key of ``by.org_id``, in place of any before.

        Raises ``KeyNotFound``, ``KeyIsOver`` or, for a forbidden base address, ``AddressRefused``.
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
        for record in await self._transactions.log.read(KEY.stream(key_id)):
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
        """Store the secret of a bound credential, destroy that of a removed one."""

        def plan(tx: Transaction) -> Decision:
            decision = tx.execute(KEY, key_id, command)
            for record in decision.records:
                match record.event:
                    case CredentialBound(credential_id=bound) if text is not None:
                        tx.keep(_owner(by.org_id, bound), text)
                    case CredentialRemoved(credential_id=removed):
                        tx.erase(_owner(by.org_id, removed))
            return decision

        return await self._transactions.run(by, plan)


def _owner(org_id: str, credential_id: str) -> str:
    """Return the owner that the secret is sealed for: the associated data of its seal."""
    return f"credential-{org_id}.{credential_id}"
