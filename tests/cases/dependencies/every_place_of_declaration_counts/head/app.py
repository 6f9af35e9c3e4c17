import attr
import flask
import mock
import numpy
import pytest
import sphinx
import sqlalchemy
