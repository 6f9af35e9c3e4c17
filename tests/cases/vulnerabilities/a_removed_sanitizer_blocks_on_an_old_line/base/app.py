import os
import shlex

from flask import Flask, request

app = Flask(__name__)


@app.route("/list")
def show():
    name = shlex.quote(request.args["name"])
    return {"ok": os.system("ls " + name)}
