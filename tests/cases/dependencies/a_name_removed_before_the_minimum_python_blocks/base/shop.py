import inspect
