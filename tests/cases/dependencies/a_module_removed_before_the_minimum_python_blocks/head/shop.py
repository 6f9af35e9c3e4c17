import asyncore
import imp
