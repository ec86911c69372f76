"""Offers to wallets, and copies of a credential that are bound to a wallet's key."""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from registry.triggers import freeze, thaw

TABLE = "credentials_credentialdocument"


def sealed(apps, editor):
    freeze(editor, table=TABLE, columns=[])


def unsealed(apps, editor):
    thaw(editor, table=TABLE)


class Migration(migrations.Migration):
    dependencies = [("credentials", "0080_rectification")]
    operations = [
        migrations.RunPython(unsealed, sealed),
        migrations.AddField(
            "credentialdocument", "holder", models.CharField(blank=True, default="", max_length=43),
            preserve_default=False,
        ),
        migrations.RemoveConstraint("credentialdocument", "document_once"),
        migrations.AddConstraint(
            "credentialdocument",
            models.UniqueConstraint(
                fields=("credential", "form", "language", "holder", "key"), name="document_once"
            ),
        ),
        migrations.RunPython(sealed, unsealed),
        migrations.CreateModel(
            name="WalletOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("form", models.CharField(max_length=20)),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("digits_hash", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("wrong_tries", models.PositiveSmallIntegerField(default=0)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("token_hash", models.CharField(blank=True, max_length=64)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("nonce_hash", models.CharField(blank=True, max_length=64)),
                (
                    "credential",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wallet_offers",
                        to="credentials.credential",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wallet_offers",
                        to="credentials.credentialdocument",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=~Q(token_hash=""), fields=("token_hash",), name="wallet_token_once"
                    ),
                    models.UniqueConstraint(
                        condition=~Q(nonce_hash=""), fields=("nonce_hash",), name="wallet_nonce_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(opened_at__isnull=True, token_hash="")
                        | Q(opened_at__isnull=False) & ~Q(token_hash=""),
                        name="wallet_offer_opened_pair",
                    ),
                    models.CheckConstraint(
                        condition=Q(taken_at__isnull=True, document__isnull=True, nonce_hash="")
                        | Q(taken_at__isnull=False, opened_at__isnull=False, document__isnull=False)
                        & ~Q(nonce_hash=""),
                        name="wallet_offer_taken_whole",
                    ),
                ]
            },
        ),
    ]
