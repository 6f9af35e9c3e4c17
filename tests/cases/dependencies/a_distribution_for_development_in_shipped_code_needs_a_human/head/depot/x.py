import httpx
import responses
