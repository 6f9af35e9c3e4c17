import httpx
import importlib

codec = importlib.import_module("ultrajsonx.codec")
plain = __import__("json")
mine = importlib.import_module(".x", "depot")
