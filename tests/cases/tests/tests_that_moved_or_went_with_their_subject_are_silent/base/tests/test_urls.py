import pytest

from kit.urls import host_of, port_of


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


def test_ports_default_by_scheme():
    assert port_of("https://example.org") == 443
    assert port_of("http://example.org:8000/x") == 8000
