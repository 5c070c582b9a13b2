"""Planning units: ground cut once into pieces that make sense to walk, and who is whose neighbour."""

from gis.boundaries.units.make import UnitSet as UnitSet
from gis.boundaries.units.make import make_units as make_units
