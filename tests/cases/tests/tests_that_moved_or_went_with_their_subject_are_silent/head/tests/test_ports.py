from kit.urls import port_of


def test_ports_default_by_scheme():
    assert port_of("https://example.org") == 443
    assert port_of("http://example.org:8000/x") == 8000
