"""The examinations of held claims."""

import django.db.models.deletion
from django.db import migrations, models

import cleanclaim.store.tenants


class Migration(migrations.Migration):
    initial = True

    dependencies = [("claims", "0002_guards"), ("organizations", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="Examination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("grounds", models.CharField(max_length=64)),
                ("examined_at", models.DateTimeField()),
                (
                    "claim",
                    cleanclaim.store.tenants.TenantKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="claims.claimrecord",
                    ),
                ),
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
                        fields=("organization", "claim"), name="one_examination"
                    )
                ],
            },
        ),
    ]
