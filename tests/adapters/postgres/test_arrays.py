"""Lists as Postgres arrays: values of each type arrive unchanged."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection
from psycopg.sql import SQL

from adapters.postgres import arrays as postgres_arrays
from tests.support.servers.databases import Database

EAST = timezone(timedelta(hours=2))


@pytest.fixture(scope="module", autouse=True)
def _registered() -> None:
    postgres_arrays.register()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["a", None, "é😀", ""], "text[]"),
        ([], "text[]"),
        ([], "int[]"),
        ([None, None], "bigint[]"),
        ([1, -2, None], "int[]"),
        ([2**40, -(2**62)], "bigint[]"),
        ([1, 0], "smallint[]"),
        ([True, False, None], "bool[]"),
        ([b"a\0b", b"", None], "bytea[]"),
        ([datetime(2026, 1, 1, 12, 30, 1, 999_999, tzinfo=EAST)], "timestamptz[]"),
        ([datetime(1969, 1, 1, tzinfo=UTC)], "timestamptz[]"),
        ([1.5, None], "float8[]"),
        ([[1, 2], [3, 4]], "int[]"),
        ([UUID(int=5)], "uuid[]"),
    ],
)
@pytest.mark.parametrize("placeholder", ["%b", "%s"])
def test_a_list_comes_back_as_it_was(
    empty_database: Database, values: list[Any], kind: str, placeholder: str
) -> None:
    query = SQL(f"SELECT {placeholder}::{kind}")
    with Connection.connect(empty_database.owner) as connection:
        row = connection.execute(query, (values,)).fetchone()

    assert row == (values,)


def test_numbers_of_any_size_share_one_prepared_statement(empty_database: Database) -> None:
    with Connection.connect(empty_database.owner) as connection:
        for number in (1, 2**20, 2**40):
            connection.execute("SELECT %b::bigint[]", ([number],), prepare=True)
        counted = connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()

    assert counted == (1,)
