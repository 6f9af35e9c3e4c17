import subprocess


def rotate(path):
    subprocess.run(["rotate", path], check=True)
