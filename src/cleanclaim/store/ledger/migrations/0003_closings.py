"""Who acted in each entry, the business day as an index, and the closing of months."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guards")]
    operations = [
        migrations.AddField(
            model_name="entry",
            name="actor",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["organization", "on"], name="entry_day"),
        ),
        migrations.CreateModel(
            name="Closing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("action", models.CharField(max_length=8)),
                ("reason", models.CharField(max_length=200)),
                ("actor", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("entries", models.PositiveBigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("totals", models.JSONField(default=dict)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "month", "id"], name="closing_month")
                ],
            },
        ),
    ]
