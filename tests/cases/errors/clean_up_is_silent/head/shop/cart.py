class Cart:
    def __del__(self):
        try:
            self.close()
        except Exception:
            pass

    def close(self):
        try:
            self.socket.shutdown()
        except Exception:
            pass
