class Log:
    def info(self, message, code=None):
        self.say("info", message)

    def warn(self, message, code=None):
        self.say("warn", message)

    def fail(self, message, code=None):
        self.say("fail", message)

    def say(self, level, message):
        print(level, message)
