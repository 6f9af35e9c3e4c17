from flask import Flask
from flask_redis_cachekit import Cache

app = Flask(__name__)
cache = Cache(app)
