import google.protobuf
import invoice_pb2

print(google.protobuf, invoice_pb2)
