import sys
from typing import TYPE_CHECKING

try:
    import quickjsonlib
except ImportError:
    quickjsonlib = None

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if sys.platform == "win32":
    import winthing

if TYPE_CHECKING:
    from somestubs import Type
