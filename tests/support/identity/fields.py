"""Strategies for fields of users and organisations."""

from typing import Final

from hypothesis import strategies as st

from tests.support.domain.strategies import TEXTS
from tests.support.registries.field_part import FieldPart

PART: Final = FieldPart(
    {"email": TEXTS | st.sampled_from(["ada@example.com", "Bob.b+x@mail.example.org"])}
)
