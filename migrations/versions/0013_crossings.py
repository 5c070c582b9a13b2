"""Crossings and bridges are names of the gazetteer; the index is made anew with them."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('compound', 'building', 'address', 'road', 'community', 'poi', 'nickname')"
AFTER = "kind IN ('compound', 'building', 'address', 'road', 'crossing', 'community', 'poi', 'nickname')"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_place_kind"), "place", type_="check")
    op.create_check_constraint(op.f("ck_place_kind"), "place", AFTER)
    op.execute("UPDATE place_index SET version = -1")


def downgrade() -> None:
    op.execute(
        "UPDATE place SET named_id = NULL WHERE named_id IN (SELECT id FROM place WHERE kind = 'crossing')"
    )
    op.execute("DELETE FROM place WHERE kind = 'crossing'")
    op.drop_constraint(op.f("ck_place_kind"), "place", type_="check")
    op.create_check_constraint(op.f("ck_place_kind"), "place", BEFORE)
    op.execute("UPDATE place_index SET version = -1")
