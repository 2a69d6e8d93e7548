"""Seal the headers that models were registered with before secrets were sealed."""

import json

from django.db import migrations
from django.db.migrations.exceptions import IrreversibleError

from tracker.projects.sealing import seal, unseal

PURPOSE = 'tracker.candidates.secrets'
HIDDEN = '(hidden)'


def seal_stored(apps, schema_editor):
    model_class = apps.get_model('candidates', 'CandidateModel')
    if schema_editor.connection.vendor == 'sqlite':
        # Else the plain values would stay in the file where they were overwritten or freed, and in copies of it.
        schema_editor.execute('PRAGMA secure_delete = ON')
    for model in model_class.objects.filter(adapter__kind='http', sealed_secrets='').only('adapter'):
        headers = model.adapter.get('headers')
        if headers:
            model.sealed_secrets = seal(json.dumps({'headers': headers}).encode(), PURPOSE).decode()
            model.adapter = {**model.adapter, 'headers': dict.fromkeys(headers, HIDDEN)}
            model.save(update_fields=['adapter', 'sealed_secrets'])


def unseal_stored(apps, schema_editor):
    model_class = apps.get_model('candidates', 'CandidateModel')
    for model in model_class.objects.exclude(sealed_secrets='').only('adapter', 'version', 'sealed_secrets'):
        content = unseal(model.sealed_secrets.encode(), PURPOSE)
        if content is None:
            raise IrreversibleError(
                f'The stored key of model {model.version} cannot be read with this SECRET_KEY; '
                'set the former one in SECRET_KEY_FALLBACKS, or remove the key from the model.'
            )
        model.adapter = {**model.adapter, **json.loads(content)}
        model.sealed_secrets = ''
        model.save(update_fields=['adapter', 'sealed_secrets'])


class Migration(migrations.Migration):

    dependencies = [
        ('candidates', '0003_keep_secrets_sealed'),
    ]

    operations = [
        migrations.RunPython(seal_stored, unseal_stored),
    ]
