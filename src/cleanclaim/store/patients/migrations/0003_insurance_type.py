from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="coverage",
            name="insurance_type",
            field=models.CharField(blank=True, default="", max_length=3),
        ),
    ]
