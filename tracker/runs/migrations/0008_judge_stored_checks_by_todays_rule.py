"""Judge stored checks by the rule that their figures are read by: it was another one when they were made.

A frozen model was called changed after one repeat, which a coin passes in one of four cases; and a model steady of
which no more than thirty of a sample had come, however many had not.
"""

from django.db import migrations
from django.db.models import F, Q

SIGNIFICANT = 0.01


def judge_anew(apps, schema_editor):
    checks = apps.get_model('runs', 'StabilityCheck').objects
    # The p-value that is stored is today's: it was never computed in another way from one repeat.
    by_chance = checks.filter(stability='changed', p_value__gt=SIGNIFICANT)
    by_chance.filter(Q(n_differing__gt=0) | Q(n_nearer_former__gt=0)).update(stability='flaky')
    by_chance.update(stability='unsettled')
    checks.filter(stability='steady', n_missing__gt=F('n_sampled')).update(stability='unknown')


class Migration(migrations.Migration):

    dependencies = [
        ('runs', '0007_ids_as_stretches'),
    ]

    operations = [
        migrations.RunPython(judge_anew, migrations.RunPython.noop),
    ]
