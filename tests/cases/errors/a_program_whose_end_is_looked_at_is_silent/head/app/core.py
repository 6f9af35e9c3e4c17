import subprocess


def rotate(path):
    done = subprocess.run(["rotate", path])
    if done.returncode:
        raise RuntimeError(path)
