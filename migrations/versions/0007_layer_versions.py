"""Each map layer has a version that rises with every change of its tables: what tiles are cached by.

A version is the microsecond of the change, so that no two databases behind one cache have the same by chance.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LAYERS = {
    "ground": "ground",
    "road": "roads",
    "building": "buildings",
    "grid_version": "grids",
    "area_version": "areas",
}


def upgrade() -> None:
    op.create_table(
        "layer_version",
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "changed_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("layer", name=op.f("pk_layer_version")),
    )
    op.execute("""
        CREATE FUNCTION raise_layer_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO layer_version (layer, version)
            VALUES (TG_ARGV[0], (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
            ON CONFLICT (layer) DO UPDATE
            SET version = greatest(layer_version.version + 1, excluded.version), changed_at = now();
            RETURN NULL;
        END $$""")
    for table, layer in LAYERS.items():
        op.execute(f"""
            CREATE TRIGGER {table}_layer_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION raise_layer_version('{layer}')""")


def downgrade() -> None:
    for table in LAYERS:
        op.execute(f"DROP TRIGGER {table}_layer_version ON {table}")
    op.execute("DROP FUNCTION raise_layer_version()")
    op.drop_table("layer_version")
