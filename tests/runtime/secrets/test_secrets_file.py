"""The secrets file and references to it: closed to others or refused, whole or untouched, and silent about values."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from runtime.secrets import FILE_NAME, SecretProblem, forget_secret, resolve, secret_names, set_secret

posix = pytest.mark.skipif(os.name != "posix", reason="file modes mean nothing on Windows")


def test_what_was_set_is_resolved_and_replaced_and_forgotten(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    set_secret(home, "billing.key", "first value")
    set_secret(home, "billing.key", "second\nvalue ü")
    set_secret(home, "other", "x", host="CRM.example:8443")
    assert resolve("file:billing.key", home).reveal() == "second\nvalue ü"
    assert resolve("file:other", home).host == "crm.example:8443"
    assert secret_names(home) == ["billing.key", "other"]
    assert forget_secret(home, "other") is True
    assert forget_secret(home, "other") is False
    assert secret_names(home) == ["billing.key"]
    assert [p.name for p in home.iterdir()] == [FILE_NAME]


@posix
def test_the_file_and_its_home_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    set_secret(home, "k", "value")
    assert stat.S_IMODE((home / FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622])
def test_a_file_that_others_can_reach_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    set_secret(tmp_path, "k", "the value itself")
    (tmp_path / FILE_NAME).chmod(mode)
    for attempt in (lambda: resolve("file:k", tmp_path), lambda: set_secret(tmp_path, "k2", "other")):
        with pytest.raises(SecretProblem, match="chmod 600") as refused:
            attempt()
        assert "the value itself" not in str(refused.value)


@posix
def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    set_secret(elsewhere, "k", "value")
    (tmp_path / FILE_NAME).symlink_to(elsewhere / FILE_NAME)
    with pytest.raises(SecretProblem, match="can't be opened"):
        resolve("file:k", tmp_path)


@pytest.mark.parametrize(
    "content", ["", "{", '["secrets"]', '{"secrets": ["very-secret"]}', '{"secrets": {"k": "very-secret"}}']
)
def test_a_broken_file_is_refused_without_quoting_it_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / FILE_NAME
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(SecretProblem) as refused:
        resolve("file:k", tmp_path)
    assert "very-secret" not in str(refused.value)
    assert path.read_text(encoding="utf-8") == content


def test_a_missing_secret_says_how_to_store_it(tmp_path: Path) -> None:
    with pytest.raises(SecretProblem, match="baton secret set nope"):
        resolve("file:nope", tmp_path)
    with pytest.raises(SecretProblem, match="environment variable NOPE is not set"):
        resolve("env:NOPE", tmp_path, environ={})
    with pytest.raises(SecretProblem, match="environment variable NOPE is not set"):
        resolve("env:NOPE", tmp_path, environ={"NOPE": ""})


def test_an_environment_variable_is_a_secret(tmp_path: Path) -> None:
    assert resolve("env:BILLING_KEY", tmp_path, environ={"BILLING_KEY": "v"}).reveal() == "v"


@pytest.mark.parametrize(
    "text", ["hunter2hunter2", "env:", "file:../x", "vault:x", "env:A B", "file:" + "x" * 65, "env:A\n"]
)
def test_what_is_no_reference_is_refused_without_repeating_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(SecretProblem) as refused:
        resolve(text, tmp_path)
    assert text.strip() not in str(refused.value) or text == "env:"


@pytest.mark.parametrize(("name", "value"), [("a/b", "v"), ("", "v"), ("k", ""), ("k", "a\0b"), ("k", "x" * 65_537)])
def test_a_bad_name_or_value_changes_nothing(tmp_path: Path, name: str, value: str) -> None:
    set_secret(tmp_path, "kept", "value")
    with pytest.raises(SecretProblem):
        set_secret(tmp_path, name, value)
    assert secret_names(tmp_path) == ["kept"]


def test_a_failing_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_secret(tmp_path, "k", "old value")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("runtime.secrets.secrets_file.os.fsync", full)
    with pytest.raises(SecretProblem, match="No space left"):
        set_secret(tmp_path, "k", "new value")
    assert resolve("file:k", tmp_path).reveal() == "old value"
    assert [p.name for p in tmp_path.iterdir()] == [FILE_NAME]
