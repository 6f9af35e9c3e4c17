from acme_billing import Invoice
