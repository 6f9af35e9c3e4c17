import order_pb2
import order_pb2_grpc
from _prices import price
from shop.shape import area

from . import _shape

print(order_pb2, order_pb2_grpc, price, area, _shape)
