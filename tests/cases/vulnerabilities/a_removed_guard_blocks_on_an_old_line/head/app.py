import os

from flask import Flask, request

app = Flask(__name__)
ROOT = "/srv/files"


@app.route("/file")
def show():
    path = os.path.realpath(os.path.join(ROOT, request.args["name"]))
    with open(path) as file:
        return {"text": file.read()}
