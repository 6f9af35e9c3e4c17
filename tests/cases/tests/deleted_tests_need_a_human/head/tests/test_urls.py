import pytest

from kit.urls import host_of


@pytest.mark.parametrize(
    "url, host",
    [
        ("http://Example.org/a", "example.org"),
        ("https://api.example.org:8443", "api.example.org"),
        ("example.net/path", "example.net"),
    ],
)
def test_hosts_are_lowered(url, host):
    assert host_of(url) == host
