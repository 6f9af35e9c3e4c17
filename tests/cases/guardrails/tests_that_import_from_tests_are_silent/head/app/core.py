from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support import parse
