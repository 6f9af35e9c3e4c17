from .a import load
from .pricing import *
