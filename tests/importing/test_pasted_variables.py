"""A name in a message that only running the code could fill becomes a template variable; elsewhere it is left out."""

from __future__ import annotations

import pytest

from parley.importing import read_request

PYTHON = "def ask(name, user):\n    m = [{'role': 'user', 'content': %s}]\n    c.chat.send(model='a', messages=m)"
SCRIPT = (
    "const x = 'Bo', n = 2;\nawait c.chat.send({chatRequest: {model: 'a', messages: [{role: 'user', content: %s}]}})"
)


@pytest.mark.parametrize(
    ("frame", "written", "content"),
    [
        (PYTHON, "name", "{{name}}"),
        (PYTHON, "f'Hi {name}, {user.mail}: {1}'", "Hi {{name}}, {{user_mail}}: 1"),
        (PYTHON, "[{'type': 'text', 'text': name}]", [{"type": "text", "text": "{{name}}"}]),
        (SCRIPT, "`Hi ${x}, ${ user.mail } \\${n}`", "Hi Bo, {{user_mail}} ${n}"),
        (SCRIPT, "user.mail", "{{user_mail}}"),
        (SCRIPT.replace("content: %s", "%s"), "content", "{{content}}"),
    ],
)
def test_a_name_in_a_message_becomes_a_variable(frame: str, written: str, content: object) -> None:
    pasted = read_request(frame % written)
    assert pasted.request.payload()["messages"] == [{"role": "user", "content": content}]
    assert pasted.notes[0].startswith("Became variables, to be filled in: {{")


@pytest.mark.parametrize(
    ("frame", "written"),
    [(PYTHON, "f'{name} {f(1)}'"), (PYTHON, "f'{name:>9}'"), (PYTHON, "name()"), (SCRIPT, "`${y} ${f(1)}`")],
)
def test_what_is_no_name_is_left_out_and_makes_no_variable(frame: str, written: str) -> None:
    (note,) = read_request(frame % written).notes
    assert note.startswith("Left out")
    assert note.endswith("messages[0].content.")


def test_a_name_elsewhere_is_left_out() -> None:
    pasted = read_request("c.chat.send(model=name, user=f'{name}', metadata={'text': name})")
    assert pasted.request.payload() == {"metadata": {}}
