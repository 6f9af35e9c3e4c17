import sqlite3
from flask import Flask, request

app = Flask(__name__)


@app.route("/user")
def user():
    name = request.args["name"]
    query = "select * from users where name = '" + name + "'"
    return str(sqlite3.connect("a.db").execute(query).fetchall())
