"""Master key rotation: interrupted at any point, it leaves every key usable and can resume."""

from pathlib import Path

import pytest

from adapters.crypto.master_key_file import begin_rotation, finish_rotation, rotation_pending
from adapters.crypto.secret_files import FURTHER_FILE, SecretTexts, local_secrets


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    local_secrets(SecretTexts(), tmp_path)
    return tmp_path / "secrets"


def test_the_key_before_opens_until_the_rotation_is_finished(directory: Path) -> None:
    before = local_secrets(SecretTexts(), directory.parent).master_key
    begin_rotation(directory)
    begun = local_secrets(SecretTexts(), directory.parent)
    finish_rotation(directory)
    finished = local_secrets(SecretTexts(), directory.parent)

    assert begun.master_key != before
    assert begun.further_master_keys == (before,)
    assert finished.master_key == begun.master_key
    assert finished.further_master_keys == ()


def test_one_that_died_before_it_made_a_new_key_is_begun_again(directory: Path) -> None:
    (directory / FURTHER_FILE).write_text((directory / "master_key").read_text())
    (directory / FURTHER_FILE).chmod(0o600)

    assert not rotation_pending(directory)
    begin_rotation(directory)
    assert rotation_pending(directory)


def test_a_new_key_is_for_our_account_alone(directory: Path) -> None:
    begin_rotation(directory)

    assert {path.stat().st_mode & 0o077 for path in directory.iterdir()} == {0}
