"""Settings from the environment, and the default data directory."""

import os
from functools import partial
from pathlib import Path

import pytest

from scripts.config.connections import OneServerGiven, connections_given
from scripts.config.settings import Settings, default_data_dir

OWNER, REDIS = "postgresql://forge@db/forge", "redis://cache/0"


given = partial(Settings, data_dir=Path("/d"))


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
    settings = Settings.read(Path("data"), workers=2)
    assert (settings.database_url, settings.redis_url, settings.workers) == (OWNER, None, 2)
    assert settings.data_dir.is_absolute()


def test_addresses_and_secrets_are_not_shown() -> None:
    settings = Settings(data_dir=Path("/d"), database_url="secret", environ={"K": "secret"})
    assert "secret" not in repr(settings)


def test_without_addresses_the_servers_are_the_embedded_ones() -> None:
    assert connections_given(given()) is None


def test_one_address_alone_is_refused() -> None:
    with pytest.raises(OneServerGiven, match="REDIS_URL is not set"):
        connections_given(given(database_url=OWNER))
    with pytest.raises(OneServerGiven, match="DATABASE_URL is not set"):
        connections_given(given(redis_url=REDIS))


def test_processes_give_the_owners_rights_up_unless_they_have_a_login_of_their_own() -> None:
    shared = connections_given(given(database_url=OWNER, redis_url=REDIS))
    assert shared
    assert "role=forge_app" in shared.app
    own = "postgresql://forge_app@db/forge"
    separate = connections_given(given(database_url=OWNER, redis_url=REDIS, app_database_url=own))
    assert separate
    assert (separate.owner, separate.app, separate.redis) == (OWNER, own, REDIS)
