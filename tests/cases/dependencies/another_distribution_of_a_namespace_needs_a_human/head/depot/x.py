from google.cloud import bigquery, storage
