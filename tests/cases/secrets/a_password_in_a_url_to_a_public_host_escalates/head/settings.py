DB = "postgres://shop:{{base62:20}}@db.acme-corp.io/shop"
