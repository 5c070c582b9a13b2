"""The walking network: junctions and sections of way, cut where ways meet, joined over small gaps.

Before: roads from files or the database (`places`). After: `cover` walks every section, `tracks` says which were seen.
`ways` holds what comes in, `reading` reads files, `noding` cuts, `gaps` joins, `build` puts it together, `network` is
what comes out; `snapping` finds doors their way, `pace` turns metres and floors into minutes; `stored` asks PostGIS.
"""
