"""What a binding names: one spelling for each host, and nothing that a resolver reads differently from a person."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from runtime.connections import Binding
from runtime.connections.binding import Origin


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://CRM.example/api", "crm.example:443"),
        ("http://crm.example.:8080", "crm.example:8080"),
        ("http://[::1]:9000/x", "[::1]:9000"),
        ("http://[0:0:0:0:0:0:0:1]:9000/x", "[::1]:9000"),
        ("http://127.0.0.1", "127.0.0.1:80"),
        ("https://bücher.example", "xn--bcher-kva.example:443"),
    ],
)
def test_one_spelling_for_each_host(url: str, origin: str) -> None:
    assert str(Binding(url=url).origin) == origin


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://crm.example",
        "ftp://crm.example",
        "crm.example",
        "//crm.example",
        "http://",
        "http://0xA9FEA9FE",
        "http://2852039166",
        "http://127.1",
        "http://0177.0.0.1",
        "http://0x7f.0.0.1",
        "http://1.2.3.4.5",
        "http://user:pass@crm.example",
        "http://crm.example\\@evil.example",
        "http://crm.example/\r\nX: y",
        " http://crm.example",
        "http://crm..example",
        "http://-crm.example",
        "http://crm.example:99999",
        "http://[::1",
        "http://" + "a" * 64 + ".example",
    ],
)
def test_other_urls_are_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Binding(url=url)
    assert "pass" not in refused.value.errors()[0]["msg"].replace("password", "")


def test_a_host_without_port_means_the_two_usual_ones() -> None:
    binding = Binding(url="http://10.0.0.5:8080", allowed_hosts=("files.example", "[::1]:9", "b.example:8443"))
    assert {str(o) for o in binding.origins} == {
        "10.0.0.5:8080",
        "files.example:80",
        "files.example:443",
        "[::1]:9",
        "b.example:8443",
    }


@pytest.mark.parametrize("host", ["http://x.example", "x.example/path", "a@b", "", "127.1:80", "x.example:0x50", "x?y"])
def test_other_allowed_hosts_are_refused(host: str) -> None:
    with pytest.raises(ValidationError):
        Binding(url="http://crm.example", allowed_hosts=(host,))


def test_what_is_not_ours_belongs_to_the_kind() -> None:
    binding = Binding.model_validate({"url": "http://crm.example", "kind": "http", "auth": "bearer", "token": "env:T"})
    assert binding.fields == {"url": "http://crm.example", "auth": "bearer", "token": "env:T"}


def test_the_scheme_decides_the_port_and_only_the_two_are_known() -> None:
    assert Origin.of("HTTPS", "a.example", None) == Origin("a.example", 443)
    with pytest.raises(ValueError, match="only http and https"):
        Origin.of("ws", "a.example", None)
