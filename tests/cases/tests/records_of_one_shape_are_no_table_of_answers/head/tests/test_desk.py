from desk import settings


class Model:
    label = "plain_answer"
    plain = True


def test_settings():
    made = settings(Model(), "high")
    assert made[0] == {"kind": "tool_use", "label": "interpreter"}
    assert made[1] == {"kind": "tool_plain", "label": "plain_answer"}
