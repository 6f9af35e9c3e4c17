from ._generated import TABLE
from ._speedups import fast
from ._version import version
