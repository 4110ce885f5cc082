"""Settings from options and variables, the data directory's default, and the servers to use."""

import os
from pathlib import Path

import pytest

from scripts.config.connections import IncompleteServers, external_connections
from scripts.config.options import default_data_dir, read_settings
from scripts.config.settings import PARTS, Settings

OWNER, REDIS = "postgresql://forge@db/forge", "redis://cache/0"


def given(**environ: str) -> Settings:
    return Settings.read(Path("/d"), environ)


def test_an_ordinary_users_data_is_in_the_users_own_directory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", "/home/ada/data")
    assert default_data_dir() == Path("/home/ada/data/forge")
    monkeypatch.setenv("XDG_DATA_HOME", "")
    monkeypatch.setenv("HOME", "/home/ada")
    assert default_data_dir() == Path("/home/ada/.local/share/forge")


def test_roots_data_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_data_dir() == Path("/var/lib/forge")


def test_the_environment_names_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", OWNER)
    monkeypatch.setenv("REDIS_URL", "")
    settings = read_settings(Path("data"), workers=2)
    assert settings.storage.database_url == OWNER
    assert settings.storage.redis_url == ""
    assert settings.workers == 2
    assert settings.data_dir.is_absolute()


def test_a_variable_set_to_nothing_counts_as_unset() -> None:
    settings = given(FORGE_KEY_PEPPER="", FORGE_MASTER_KEY="0" * 64, FORGE_GITHUB_URL="")
    assert settings.secrets.missing == ["FORGE_KEY_PEPPER", "FORGE_SIGNING_KEY"]
    assert settings.github.url == "https://github.com"


def test_names_and_values_that_are_not_unicode_do_no_harm() -> None:
    settings = Settings.read(Path("/d"), {"X\udc80": "1", "FORGE_MAIL_FROM": "\udc80"})
    assert settings.mail.sender == "\udc80"


def test_no_value_of_the_environment_is_shown() -> None:
    variables = [name for part in PARTS.values() for name in part.__struct_encode_fields__]
    settings = Settings.read(Path("/d"), dict.fromkeys(variables, "hunter2"))
    assert settings.storage.database_url == "hunter2"
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in repr([getattr(settings, name) for name in settings.__struct_fields__])


def test_the_erasure_ledger_is_in_the_data_directory_unless_named() -> None:
    assert given().ledger == Path("/d/erasures.ndjson")
    assert given(FORGE_ERASURE_LEDGER="/other/file").ledger == Path("/other/file")


def test_without_addresses_the_servers_are_the_embedded_ones() -> None:
    assert external_connections(given()) is None


def test_one_address_alone_is_refused() -> None:
    with pytest.raises(IncompleteServers, match="REDIS_URL is not set"):
        external_connections(given(DATABASE_URL=OWNER))
    with pytest.raises(IncompleteServers, match="DATABASE_URL is not set"):
        external_connections(given(REDIS_URL=REDIS))


def test_processes_give_the_owners_rights_up_unless_they_have_a_login_of_their_own() -> None:
    shared = external_connections(given(DATABASE_URL=OWNER, REDIS_URL=REDIS))
    assert shared
    assert "role=forge_app" in shared.app
    own = "postgresql://forge_app@db/forge"
    separate = external_connections(
        given(DATABASE_URL=OWNER, REDIS_URL=REDIS, FORGE_APP_DATABASE_URL=own)
    )
    assert separate
    assert (separate.owner, separate.app, separate.redis) == (OWNER, own, REDIS)
