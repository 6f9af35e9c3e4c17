import pytest


@pytest.fixture
def items():
    return [{"cents": 1}]


@pytest.fixture(autouse=True)
def network(request):
    if request.node.get_closest_marker("network") and not request.config.option.network:
        pytest.skip("needs the network")
