import subprocess

subprocess.run(["pytest"], check=True)
