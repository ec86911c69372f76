"""The door in front of Django repeats a status list for a second, and nothing else (issue D, speed)."""

import pytest

from registry.config.door import MOST, SECONDS, Door

pytestmark = pytest.mark.once


class Django:
    """Answers with how often it was asked."""

    def __init__(self, *headers, status="200 OK"):
        self.asked = []
        self.status = status
        self.headers = [
            ("ETag", '"e1"'),
            ("Cache-Control", "public, max-age=15"),
            ("Content-Length", "1"),
            *headers,
        ]

    def __call__(self, environ, start_response):
        self.asked.append(environ)
        start_response(self.status, self.headers)
        return [str(len(self.asked)).encode()]


class Asker:
    """Asks the door; its clock stands until it is moved."""

    def __init__(self, django):
        self.now = 0.0
        self.door = Door(django, clock=lambda: self.now)

    def __call__(self, path="/status-lists/a", method="GET", **words):
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "HTTP_HOST": "r.example"}
        told = []
        body = self.door(environ | words, lambda status, headers: told.extend((status, headers)))
        return told[0], dict(told[1]), b"".join(body)


def test_list_is_repeated_for_a_second():
    ask = Asker(Django())

    first, again = ask(), ask()
    ask.now = SECONDS + 0.001

    assert (first[2], again, ask()[2]) == (b"1", first, b"2")


def test_what_a_server_adds_to_an_answer_is_not_repeated():
    """PEP 3333: the headers are the server's to change."""
    ask = Asker(Django())
    first = ask()
    ask.door(
        {"REQUEST_METHOD": "GET", "PATH_INFO": "/status-lists/a", "HTTP_HOST": "r.example"},
        lambda _status, headers: headers.append(("Set-Cookie", "of=one")),
    )

    assert ask() == first


def test_who_holds_the_list_gets_304_and_no_body():
    django = Django(("Vary", "Accept"), ("X-Other", "1"))
    ask = Asker(django)
    unchanged = (
        "304 Not Modified",
        {"ETag": '"e1"', "Cache-Control": "public, max-age=15", "Vary": "Accept"},
        b"",
    )

    assert [ask(HTTP_IF_NONE_MATCH=held) for held in ('"e1"', 'W/"e1"', '"x", "e1"', "*")] == [unchanged] * 4
    assert ask(HTTP_IF_NONE_MATCH='"e2"')[0] == "200 OK"
    assert ["HTTP_IF_NONE_MATCH" in environ for environ in django.asked] == [False]


@pytest.mark.parametrize(
    "words",
    [
        {"path": "/status-lists/b"},
        {"HTTP_ACCEPT": "application/statuslist+jwt"},
        {"HTTP_HOST": "other.example"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
    ],
)
def test_other_words_are_another_question(words):
    ask = Asker(Django())
    ask()

    assert ask(**words)[2] == b"2"


@pytest.mark.parametrize(
    "words", [{"path": "/fi/verify/"}, {"method": "HEAD"}, {"method": "POST"}, {"QUERY_STRING": "a=1"}]
)
def test_everything_else_goes_to_django(words):
    ask = Asker(Django())

    assert [ask(**words)[2], ask(**words)[2]] == [b"1", b"2"]


@pytest.mark.parametrize(
    "django",
    [Django(status="404 Not Found"), Django(("Set-Cookie", "a=b")), Django(status="400 Bad Request")],
)
def test_answer_that_is_no_list_is_not_kept(django):
    ask = Asker(django)

    assert [ask()[2], ask()[2]] == [b"1", b"2"]


def test_so_many_answers_are_kept_and_no_more():
    ask = Asker(Django())

    for number in range(3 * MOST):
        ask(HTTP_ACCEPT=f"application/{number}")

    assert len(ask.door.kept) <= MOST


def test_served_application_has_the_door():
    from registry.config.wsgi import application

    assert isinstance(application, Door)
