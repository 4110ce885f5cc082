"""Discovery: which parts are found, and which ones are refused."""

import pytest

from tests.support.registries.discovery import merged, parts
from tests.support.registries.route_part import RoutePart
from tests.support.registries.table_part import TablePart


def test_each_folder_with_a_part_is_found_by_its_name() -> None:
    assert {"documents", "generations", "identity", "operate", "pipelines"} <= parts(
        "routes", RoutePart
    ).keys()


def test_a_part_of_another_kind_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"documents\.routes"):
        parts("routes", TablePart)


def test_a_key_in_two_parts_is_an_error() -> None:
    assert merged([{"a": 1}, {"b": 2}]) == {"a": 1, "b": 2}
    with pytest.raises(ValueError, match="'b'"):
        merged([{"a": 1, "b": 1}, {"b": 2}])
