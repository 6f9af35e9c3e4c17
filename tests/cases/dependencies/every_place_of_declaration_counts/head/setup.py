from setuptools import setup

setup(extras_require={"sql": ["SQLAlchemy>=2"]})
