import ssl

import requests


def weak():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return requests.get("https://example.org", verify=False, timeout=5), context


def safe():
    context = ssl.create_default_context(cafile="ca.pem")
    return requests.get("https://example.org", verify="ca.pem", timeout=5), context
