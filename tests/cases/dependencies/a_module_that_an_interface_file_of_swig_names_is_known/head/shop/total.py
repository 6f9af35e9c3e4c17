import _fastprices
from shop import fastprices

TOTAL = fastprices.total(3)
NATIVE = _fastprices
