import subprocess

subprocess.run(["pytest"])
