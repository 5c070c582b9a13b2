"""The gazetteer has a version too: what a geocoder in memory is kept by."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TRIGGER place_layer_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON place
        FOR EACH STATEMENT EXECUTE FUNCTION raise_layer_version('places')""")


def downgrade() -> None:
    op.execute("DROP TRIGGER place_layer_version ON place")
