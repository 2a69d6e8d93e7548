"""Seal the keys in addresses that models were registered with before such addresses were refused.

The server is asked for the same parameters as before, those that were moved after the others.
"""

import json
from urllib.parse import unquote_plus

from django.db import migrations

from evaluation.adapters.server_address import check_holds_no_key, check_query
from tracker.projects.sealing import seal, unseal

PURPOSE = 'tracker.candidates.secrets'
HIDDEN = '(hidden)'


def seal_keys(apps, schema_editor):
    model_class = apps.get_model('candidates', 'CandidateModel')
    if schema_editor.connection.vendor == 'sqlite':
        # Else the plain values would stay in the file where they were overwritten or freed, and in copies of it.
        schema_editor.execute('PRAGMA secure_delete = ON')
    models = model_class.objects.filter(adapter__kind='http').only('adapter', 'sealed_secrets')
    for model in models:
        url, found = parted(model.adapter['url'])
        secrets = stored(model)
        # What cannot be moved surely is left: it is asked as ever.
        if not found or secrets is None or found.keys() & (secrets.get('query') or {}).keys():
            continue
        secrets['query'] = {**(secrets.get('query') or {}), **found}
        model.sealed_secrets = seal(json.dumps(secrets).encode(), PURPOSE).decode()
        model.adapter = {**model.adapter, 'url': url, 'query': dict.fromkeys(secrets['query'], HIDDEN)}
        model.save(update_fields=['adapter', 'sealed_secrets'])


def parted(url):
    """An address without the parameters that are keys, and these; none where they could not be sent as they are."""
    path, _mark, query = url.partition('?')
    kept, found = [], {}
    for part in query.split('&'):
        try:
            check_holds_no_key(f'?{part}')
            kept.append(part)
        except ValueError:
            name, content = map(unquote_plus, part.split('=', 1))
            if name in found:
                return url, {}
            found[name] = content
    try:
        check_query(found)
    except ValueError:
        return url, {}
    query = '&'.join(kept)
    return f'{path}?{query}' if query else path, found


def stored(model):
    if not model.sealed_secrets:
        return {}
    content = unseal(model.sealed_secrets.encode(), PURPOSE)
    return None if content is None else json.loads(content)


class Migration(migrations.Migration):

    dependencies = [
        ('candidates', '0007_store_outputs_with_fewer_indexes'),
    ]

    operations = [
        # Not put back: what is asked with the sealed key is the same.
        migrations.RunPython(seal_keys, migrations.RunPython.noop, elidable=True),
    ]
