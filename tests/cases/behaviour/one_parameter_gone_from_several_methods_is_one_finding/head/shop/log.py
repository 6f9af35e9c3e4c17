class Log:
    def info(self, data, code=None):
        self.say("info", data)

    def warn(self, data, code=None):
        self.say("warn", data)

    def fail(self, data, code=None):
        self.say("fail", data)

    def say(self, level, message):
        print(level, message)
