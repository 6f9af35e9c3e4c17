import subprocess

subprocess.run(["ls"])  # nosec
