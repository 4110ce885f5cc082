"""Base classes of commands and events."""

from typing import ClassVar

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A command: a request for a change, named in the imperative, which may be refused."""


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", gc=False):
    """An event: a recorded fact, named in the past tense, never refused or edited.

    Each event sets its stored name with ``tag=``. The log stores that name and no Python path, so
    classes and modules may move without touching recorded history. ``schema`` is the version of
    its shape: raise it together with an upcaster (``adapters/postgres/upcasters.py``) and a
    stored fixture. ``destroys_key`` says that the data key of its stream is destroyed with it.
    """

    schema: ClassVar[int] = 1
    destroys_key: ClassVar[bool] = False

    @classmethod
    def stored_name(cls) -> str:
        return str(cls.__struct_config__.tag)
