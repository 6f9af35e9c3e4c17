from shape import area

import os

area(1)
