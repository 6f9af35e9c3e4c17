#!/bin/sh
set -e
echo ok
