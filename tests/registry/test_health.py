import pytest

pytestmark = pytest.mark.django_db


def test_live_answers_without_touching_anything(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/health/live")

    assert (response.status_code, response.content) == (200, b"ok")


def test_ready_names_its_checks(client):
    response = client.get("/health/ready")

    assert (response.status_code, response.json()) == (
        200,
        {"database": True, "migrations": True, "queue": True},
    )


def test_ready_is_refused_while_a_migration_waits(client, monkeypatch):
    monkeypatch.setattr(
        "registry.views.health.MigrationExecutor.migration_plan", lambda self, targets: [("registry", "0099")]
    )

    response = client.get("/health/ready")

    assert (response.status_code, response.json()["migrations"]) == (503, False)


def test_metrics_need_the_token_where_one_is_set(client, settings):
    settings.METRICS_TOKEN = "s3cret"

    statuses = [
        client.get("/metrics").status_code,
        client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code,
        client.get("/metrics", headers={"authorization": "Bearer s3cret"}).status_code,
    ]

    assert statuses == [404, 404, 200]


def test_metrics_are_closed_in_production_without_a_token(client, settings):
    settings.PRODUCTION = True

    assert client.get("/metrics").status_code == 404
