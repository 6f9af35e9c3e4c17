KEY = "{{secret:pem-rsa|escaped}}"
