
import django.db.models.deletion
import django.utils.timezone
import newsapi.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('articles', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.UUIDField(default=newsapi.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('lines', models.PositiveIntegerField(default=0)),
                ('accepted', models.PositiveIntegerField(default=0)),
                ('rejected', models.PositiveIntegerField(default=0)),
                ('complete', models.BooleanField(default=False)),
                ('error', models.JSONField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('complete', False), ('error__isnull', True)), fields=['updated_at'], name='batch_open')],
            },
        ),
        migrations.CreateModel(
            name='BatchRejection',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('line', models.PositiveIntegerField()),
                ('reason', models.JSONField()),
                ('content', models.BinaryField()),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rejections', to='ingest.batch')),
            ],
            options={
                'indexes': [models.Index(fields=['batch', 'line'], name='rejection_line')],
            },
        ),
        migrations.CreateModel(
            name='Capture',
            fields=[
                ('id', models.UUIDField(default=newsapi.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('line', models.PositiveIntegerField(null=True)),
                ('external_id', models.CharField(blank=True, max_length=255)),
                ('media_type', models.CharField(max_length=100)),
                ('content', models.BinaryField()),
                ('hints', models.JSONField(default=dict)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('priority', models.PositiveSmallIntegerField(choices=[(0, 'Single'), (1, 'Bulk'), (2, 'Restructure')], default=0)),
                ('state', models.CharField(choices=[('received', 'Received'), ('structured', 'Structured'), ('duplicate', 'Duplicate'), ('rejected', 'Rejected'), ('failed', 'Failed')], default='received', max_length=16)),
                ('reason', models.JSONField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('pending', models.BooleanField(default=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('processed_at', models.DateTimeField(null=True)),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='captures', to='articles.article')),
                ('batch', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='captures', to='ingest.batch')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('pending', True)), fields=['priority', 'id'], name='capture_pending'), models.Index(condition=models.Q(('batch__isnull', False)), fields=['batch', 'state'], name='capture_batch'), models.Index(condition=models.Q(('external_id', ''), _negated=True), fields=['external_id'], name='capture_external')],
            },
        ),
    ]
