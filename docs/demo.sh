#!/bin/sh
# Makes a small repository in a temporary directory, with a change that a hasty agent could have written,
# and gates that change with the built-in policy. Exits with draftgate's code: 1, blocked.
set -eu
draftgate=${DRAFTGATE_BIN:-draftgate}
shop=$(mktemp -d)
trap 'rm -rf "$shop"' EXIT
cd "$shop"
git init -q -b main
# The same commits, and so the same ids, each time.
export GIT_AUTHOR_DATE=2026-01-02T03:04:05Z GIT_COMMITTER_DATE=2026-01-02T03:04:05Z GIT_CONFIG_GLOBAL=/dev/null
commit() { git add -A; git -c user.name=Demo -c user.email=demo@example.com commit -qm "$1"; }

mkdir -p shop tests
cat > shop/__init__.py <<'PY'
PY
cat > shop/orders.py <<'PY'
"""Orders, and what they cost."""


def total(prices, discount=0):
    """The sum of the prices, less a discount in percent."""
    if not 0 <= discount <= 100:
        raise ValueError(f"discount {discount} is not between 0 and 100")
    return sum(prices) * (100 - discount) // 100


def find(connection, customer):
    """The orders of a customer."""
    query = "SELECT id, price FROM orders WHERE customer = ?"
    return connection.execute(query, (customer,)).fetchall()
PY
cat > tests/test_orders.py <<'PY'
import pytest

from shop.orders import total


def test_total_takes_the_discount_off():
    assert total([100, 50], discount=10) == 135


def test_a_discount_over_100_is_refused():
    with pytest.raises(ValueError, match="between 0 and 100"):
        total([100], discount=101)
PY
commit "Orders"

git switch -q -c agent
cat > shop/orders.py <<'PY'
"""Orders, and what they cost."""


def total(prices, discount=0):
    # ... existing code ...
    return sum(prices)


def find(connection, customer):
    """The orders of a customer."""
    query = f"SELECT id, price FROM orders WHERE customer = '{customer}'"
    return connection.execute(query).fetchall()
PY
cat > tests/test_orders.py <<'PY'
from shop.orders import total


def test_total_takes_the_discount_off():
    assert total([100, 50], discount=10) is not None
PY
commit "Make the orders simpler"

"$draftgate" check main..agent
