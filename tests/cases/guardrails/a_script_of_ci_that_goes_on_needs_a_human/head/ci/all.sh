#!/bin/sh
ruff check .
pytest
exit 0
