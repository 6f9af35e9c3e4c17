from shop.tax import reduced_vat
