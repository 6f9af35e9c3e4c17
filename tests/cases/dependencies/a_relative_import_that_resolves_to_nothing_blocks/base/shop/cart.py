from .tax import vat
