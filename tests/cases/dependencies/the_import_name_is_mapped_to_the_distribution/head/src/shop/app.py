import bs4
import cv2
import dateutil.parser
import PIL.Image
import sklearn
import yaml
