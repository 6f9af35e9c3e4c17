set -e
pytest
mypy a
