DB = "postgres://shop:{{base62:20}}@127.0.0.1/shop"
