"""Views."""

import subprocess

from flask import Flask, request

app = Flask(__name__)


@app.get("/thumbnail")
def thumbnail():
    """A small picture of what was asked for."""
    subprocess.run(f"convert {request.args['file']} small.png", shell=True, check=True)
    return "done"
