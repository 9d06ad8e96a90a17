
import articles.jsonfield
import django.db.models.deletion
import django.utils.timezone
import newsapi.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Consumer',
            fields=[
                ('name', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('offset', models.BigIntegerField(default=0)),
                ('lease_owner', models.CharField(blank=True, max_length=64)),
                ('lease_until', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('name', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('value', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.UUIDField(default=newsapi.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(unique=True)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('version', models.PositiveBigIntegerField(default=1)),
                ('date', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('external_id', models.CharField(blank=True, max_length=255)),
                ('url', models.TextField(blank=True)),
                ('headline', models.TextField(blank=True)),
                ('language', models.CharField(blank=True, max_length=35)),
                ('content_hash', models.CharField(blank=True, max_length=64)),
                ('text_hash', models.CharField(blank=True, max_length=64)),
                ('document', articles.jsonfield.FastJSONField()),
                ('corrections', articles.jsonfield.FastJSONField(default=dict)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('duplicate_of', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='duplicates', to='articles.article')),
            ],
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(null=True, unique=True)),
                ('kind', models.CharField(choices=[('created', 'Created'), ('revised', 'Revised'), ('updated', 'Updated'), ('deleted', 'Deleted')], max_length=16)),
                ('version', models.PositiveBigIntegerField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='articles.article')),
            ],
        ),
        migrations.CreateModel(
            name='Entity',
            fields=[
                ('id', models.UUIDField(default=newsapi.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=400, unique=True)),
                ('type', models.CharField(max_length=16)),
                ('name', models.CharField(max_length=300)),
                ('folded', models.CharField(max_length=300)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('latitude', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('ids', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(fields=['folded'], name='entity_folded')],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.UUIDField(default=newsapi.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=255, unique=True)),
                ('name', models.CharField(max_length=255)),
                ('folded', models.CharField(max_length=255)),
                ('domain', models.CharField(blank=True, max_length=255)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(fields=['folded'], name='source_folded')],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='source',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='articles.source'),
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('code', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('level', models.PositiveSmallIntegerField()),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='articles.topic')),
            ],
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['content_hash'], name='article_content'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('external_id', ''), _negated=True), fields=['external_id'], name='article_external'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('duplicate_of__isnull', False)), fields=['duplicate_of'], name='article_duplicate'),
        ),
    ]
