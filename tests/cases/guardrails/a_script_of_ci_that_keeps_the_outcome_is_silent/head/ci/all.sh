#!/bin/sh
ruff check . || exit 1
pytest
