import json

import httpx
import yaml
import streamtables


def render(rows):
    return streamtables.render(json.dumps(rows))
