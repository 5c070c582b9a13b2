"""The index of the gazetteer: stems, their keys, parts, streets and words; a nickname says what it names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BYTES = sa.Text(collation="C")


def upgrade() -> None:
    op.drop_index("ix_place_key_place_id", table_name="place_key")
    op.drop_table("place_key")
    op.add_column("place", sa.Column("named_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_place_named_id"), "place", "place", ["named_id"], ["id"])
    op.create_index(
        "ix_place_named_id", "place", ["named_id"], postgresql_where=sa.text("named_id IS NOT NULL")
    )
    op.create_table(
        "place_index",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("districts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_index")),
    )
    op.create_table(
        "place_stem",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_place_stem")),
    )
    op.create_table(
        "place_part",
        sa.Column("place_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stem", sa.Integer(), nullable=True),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("entrance", sa.Text(), nullable=False),
        sa.Column("road", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_place_part")),
    )
    op.create_index("ix_place_part_stem_building", "place_part", ["stem", "building"])
    op.create_index("ix_place_part_road_number", "place_part", ["road", "number"])
    op.create_table(
        "place_key",
        sa.Column("key", BYTES, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("stems", sa.LargeBinary(), nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_place_key")),
    )
    op.create_table(
        "place_street",
        sa.Column("road", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("road", "district", name=op.f("pk_place_street")),
    )
    op.create_table(
        "place_word",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("word", BYTES, nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("stem", sa.Integer(), nullable=True),
        sa.Column("road", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_word")),
    )
    op.create_index("ix_place_word_word", "place_word", ["word"])
    op.create_index("ix_place_word_stem", "place_word", ["stem"])


def downgrade() -> None:
    for table in ("place_word", "place_street", "place_key", "place_part", "place_stem", "place_index"):
        op.drop_table(table)
    op.drop_index("ix_place_named_id", table_name="place")
    op.drop_column("place", "named_id")
    op.create_table(
        "place_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_place_key_place_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "place_id", name=op.f("pk_place_key")),
    )
    op.create_index("ix_place_key_place_id", "place_key", ["place_id"], unique=False)
