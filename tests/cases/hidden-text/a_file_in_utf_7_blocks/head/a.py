# -*- coding: utf-7 -*-
# fine +AAo-import os
x = 1
