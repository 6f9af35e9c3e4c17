import subprocess
import sys

rc = subprocess.call(['pytest'])
sys.exit(rc)
