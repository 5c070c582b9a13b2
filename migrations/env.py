"""What Alembic needs to know: the models of every room, and the connection it is handed.

Before: `migrations.run`. After: the numbered files in `versions/`.
"""

from __future__ import annotations

from alembic import context
from geoalchemy2 import alembic_helpers

import gis.admission.models
import gis.boundaries.jobs
import gis.boundaries.models
import gis.cases.clock_models
import gis.cases.dispatch.models
import gis.cases.likeness_models
import gis.cases.models
import gis.grids.models
import gis.patrols.models
import gis.places.index_models
import gis.places.models
import gis.scores.models
import gis.staff.geocode_jobs
import gis.staff.models  # noqa: F401 - each fills the metadata
from gis.database import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_object=alembic_helpers.include_object,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
