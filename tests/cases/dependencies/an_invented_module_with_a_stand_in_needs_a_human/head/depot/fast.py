try:
    import ultrajsonx as json
except ImportError:
    import json

try:
    import orjson
except ImportError:
    import json as orjson

try:
    import tomllib
except ImportError:
    import tomli as tomllib
