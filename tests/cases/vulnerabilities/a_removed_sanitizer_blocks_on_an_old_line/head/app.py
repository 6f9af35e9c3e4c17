import os

from flask import Flask, request

app = Flask(__name__)


@app.route("/list")
def show():
    name = request.args["name"]
    return {"ok": os.system("ls " + name)}
