from app import orders_pb2

x = orders_pb2.Order
