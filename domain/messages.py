"""The two kinds of message the domain speaks: commands ask, events state."""

from typing import ClassVar

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A request to change something: named in the imperative, and it may be refused."""


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", gc=False):
    """A fact: named in the past tense, never refused, never edited.

    Each event states its stored name with ``tag=``. The log keeps that name and no Python path,
    so classes and modules may move without touching recorded history. ``schema`` is the version of
    its shape: raise it together with an upcaster (``adapters/postgres/upcasters.py``) and a
    stored fixture. ``destroys_key`` says that the data key of its stream is destroyed with it.
    """

    schema: ClassVar[int] = 1
    destroys_key: ClassVar[bool] = False

    @classmethod
    def stored_name(cls) -> str:
        return str(cls.__struct_config__.tag)
