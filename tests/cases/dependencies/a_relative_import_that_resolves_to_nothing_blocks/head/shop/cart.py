from .tax import vat
from .discounts.rules import best
