"""Strategies for fields of generations."""

from typing import Final

from hypothesis import strategies as st

from tests.support.domain.strategies import TEXTS
from tests.support.registries.field_part import FieldPart

PART: Final = FieldPart(
    {
        "tc_version": TEXTS | st.sampled_from(["11", "12.4", "13", "14.3", "2312"]),
        "code_prefix": st.none() | TEXTS | st.sampled_from(["PNX", "ITEM"]),
        "explicit_pattern": st.none() | TEXTS | st.sampled_from(["query-export", "bom-export"]),
    }
)
