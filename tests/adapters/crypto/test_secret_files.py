"""Secrets from the environment and from files, and what is refused without repeating a value."""

import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from msgspec.structs import replace

from adapters.crypto.secret_files import (
    VARIABLES,
    SecretExposed,
    SecretMalformed,
    SecretMissing,
    Secrets,
    SecretTexts,
    explicit_secrets,
    local_secrets,
)

NAMED = SecretTexts(**{name: f"{number:064x}" for number, name in enumerate(VARIABLES, start=1)})


def file_of(data_dir: Path, name: str = "master_key") -> Path:
    return data_dir / "secrets" / name


def first_start(data_dir: Path) -> Secrets:
    return local_secrets(SecretTexts(), data_dir)


def test_remote_mode_takes_all_three_from_the_environment() -> None:
    one, two, three = (number.to_bytes(32) for number in (1, 2, 3))

    assert explicit_secrets(NAMED) == Secrets(one, two, three)


def test_remote_mode_names_every_variable_that_is_missing() -> None:
    with pytest.raises(SecretMissing, match="Set FORGE_KEY_PEPPER, FORGE_SIGNING_KEY,"):
        explicit_secrets(SecretTexts(master_key=NAMED.master_key))


@pytest.mark.parametrize(
    "value",
    [
        "5ec4e7" * 10,
        "5ec4e7" * 11,
        "5ec4e7s!" * 8,
        "Xsek" * 11 + "=",
        "\N{ARABIC-INDIC DIGIT ONE}" * 64,
    ],
    ids=["short", "long", "not hexadecimal", "base64", "other digits"],
)
def test_anything_but_64_hexadecimal_digits_is_refused_and_not_repeated(value: str) -> None:
    with pytest.raises(SecretMalformed, match=r"FORGE_SIGNING_KEY must hold 64 hex") as refusal:
        explicit_secrets(replace(NAMED, signing_key=value))

    assert value[:4] not in str(refusal.value)


def test_first_start_makes_three_different_secrets_that_later_starts_find(tmp_path: Path) -> None:
    made = first_start(tmp_path / "data")

    assert len({made.master_key, made.key_pepper, made.signing_key}) == 3
    assert {len(made.master_key), len(made.key_pepper), len(made.signing_key)} == {32}
    assert first_start(tmp_path / "data") == made


def test_only_this_account_can_open_what_first_start_made(tmp_path: Path) -> None:
    first_start(tmp_path)

    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in file_of(tmp_path).parent.iterdir()
    }
    assert modes == dict.fromkeys(VARIABLES, 0o600)
    assert stat.S_IMODE(file_of(tmp_path).parent.stat().st_mode) == 0o700


def test_local_mode_prefers_the_environment_and_keeps_no_copy_of_it(tmp_path: Path) -> None:
    texts = SecretTexts(master_key=NAMED.master_key)

    assert local_secrets(texts, tmp_path).master_key == (1).to_bytes(32)
    assert not file_of(tmp_path).exists()


def test_processes_that_start_together_read_the_same_secrets(tmp_path: Path) -> None:
    data_dirs = [tmp_path / str(attempt) for attempt in range(20)]

    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        found = list(processes.map(first_start, [d for d in data_dirs for _ in range(2)]))

    assert found[0::2] == found[1::2]


@pytest.mark.parametrize(("name", "mode"), [("master_key", 0o640), (".", 0o755)])
def test_what_other_accounts_can_open_is_refused_with_the_way_to_mend_it(
    tmp_path: Path, name: str, mode: int
) -> None:
    first_start(tmp_path)
    exposed = file_of(tmp_path, name)
    private = stat.S_IMODE(exposed.stat().st_mode)
    exposed.chmod(mode)

    with pytest.raises(SecretExposed, match=rf"run `chmod 0{private:o} {exposed}`"):
        first_start(tmp_path)


def test_a_file_cut_short_is_refused_by_name_and_left_as_it_is(tmp_path: Path) -> None:
    first_start(tmp_path)
    file_of(tmp_path).write_text("5ec4e7")

    with pytest.raises(SecretMalformed, match=str(file_of(tmp_path))) as refusal:
        first_start(tmp_path)

    assert "5ec4e7" not in str(refusal.value)
    assert file_of(tmp_path).read_text() == "5ec4e7"


def test_secrets_show_nothing_of_themselves() -> None:
    assert repr(explicit_secrets(NAMED)) == "Secrets()"
    assert repr(NAMED) == "SecretTexts(...)"
