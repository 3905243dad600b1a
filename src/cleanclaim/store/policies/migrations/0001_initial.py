"""The reasons that make a patient owe what was denied."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("organizations", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="PatientReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=5)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("source", models.CharField(max_length=200)),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "reason", "starts_on"), name="patient_reason_once"
                    )
                ],
            },
        ),
    ]
