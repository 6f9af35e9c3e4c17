from unittest.mock import MagicMock

client = MagicMock()
