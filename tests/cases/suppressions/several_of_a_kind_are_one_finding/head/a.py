import os  # noqa: F401
import re  # noqa: F401
x = 1
