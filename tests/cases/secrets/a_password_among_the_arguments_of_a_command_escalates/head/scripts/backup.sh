#!/bin/sh
mongodump --host db1 -u backup \
  -p {{base62:15}} --archive=shop.gz
curl -sS -T shop.gz -u "backup:{{base62:15:b}}" https://files.acme-corp.io/
mongodump --host db1 -u backup -p "$MONGO_PASSWORD" --archive=shop.gz
