%module shape
