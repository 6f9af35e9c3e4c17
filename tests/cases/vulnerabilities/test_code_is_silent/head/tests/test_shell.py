import os
import subprocess

import requests


def test_listing(tmp_path, name="a"):
    os.system("ls " + name)
    subprocess.run("ls " + str(tmp_path), shell=True)
    assert requests.get("https://localhost:8443", verify=False).ok
