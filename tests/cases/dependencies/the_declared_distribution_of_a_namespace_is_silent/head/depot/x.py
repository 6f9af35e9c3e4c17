from google.cloud import storage
import google.cloud.storage.bucket
from google.auth import default
