"""Categories and calendar have versions too: what every process keeps of them."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LAYERS = {"case_type": "case_types", "calendar_day": "calendar"}


def upgrade() -> None:
    for table, layer in LAYERS.items():
        op.execute(f"""
            CREATE TRIGGER {table}_layer_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION raise_layer_version('{layer}')""")


def downgrade() -> None:
    for table in LAYERS:
        op.execute(f"DROP TRIGGER {table}_layer_version ON {table}")
