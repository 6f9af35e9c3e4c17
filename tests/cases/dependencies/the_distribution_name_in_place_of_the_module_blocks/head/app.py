import pyyaml
