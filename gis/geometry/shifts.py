"""The published shifts of Chinese map systems as plain formulas: WGS-84 to GCJ-02, GCJ-02 to BD-09.

Before: nothing. After: `crs` chains these steps and knows the systems by name. Every function takes and
gives longitude and latitude in degrees as float arrays of one shape; nothing here checks or rounds.

The formulas are those known since 2010 from public reverse engineering. Only the way towards the shifted
system has a formula; the way back is found by iteration, because the usual one-step answer is wrong by up
to 4.7 m, which is the width of a lane between two grids.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
Pair: TypeAlias = tuple[FloatArray, FloatArray]

# Krasovsky 1940, the ellipsoid of the published GCJ-02 formula.
SEMI_MAJOR_M = 6378245.0
ECCENTRICITY_SQUARED = 0.00669342162296594323

# The rectangle outside of which the shift is not applied.
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271

# Each step shrinks the error to a fiftieth or less: once a step is this small, what is left is below 1e-7 m.
STEP_DEG = 1e-11
MOST_STEPS = 15

BD_WAVE = np.pi * 3000.0 / 180.0
BD_LON_DEG, BD_LAT_DEG = 0.0065, 0.006


def in_box(lon: FloatArray, lat: FloatArray) -> NDArray[np.bool_]:
    """Tell which points lie in the rectangle of the shift; its lines belong to it, NaN does not."""
    return (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)


def _gcj_waves(x: FloatArray, y: FloatArray) -> Pair:
    """Give the periodic part of the shift, east and north in metres of a rough plane."""
    root = np.sqrt(np.abs(x))
    common = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (common + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (common + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    return east, north


def wgs84_to_gcj02(lon: FloatArray, lat: FloatArray) -> Pair:
    """Shift WGS-84 to GCJ-02, without regard to the rectangle."""
    east, north = _gcj_waves(lon - 105.0, lat - 35.0)
    phi = np.radians(lat)
    squared = 1.0 - ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    root = np.sqrt(squared)
    lat_deg_m = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / (squared * root) * np.pi / 180.0
    lon_deg_m = SEMI_MAJOR_M / root * np.cos(phi) * np.pi / 180.0
    return lon + east / lon_deg_m, lat + north / lat_deg_m


def gcj02_to_bd09(lon: FloatArray, lat: FloatArray) -> Pair:
    """Shift GCJ-02 to BD-09, without regard to the rectangle."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD_WAVE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD_WAVE)
    return radius * np.cos(angle) + BD_LON_DEG, radius * np.sin(angle) + BD_LAT_DEG


def undo(shift: Callable[[FloatArray, FloatArray], Pair], lon: FloatArray, lat: FloatArray) -> Pair:
    """Find the points that `shift` moves to lon, lat.

    Fixed-point iteration: the shift differs little between the answer and the guess, so what the guess
    misses is subtracted until nothing is left to subtract.
    """
    guess_lon, guess_lat = lon, lat
    for _ in range(MOST_STEPS):
        seen_lon, seen_lat = shift(guess_lon, guess_lat)
        step_lon, step_lat = seen_lon - lon, seen_lat - lat
        guess_lon, guess_lat = guess_lon - step_lon, guess_lat - step_lat
        if max(np.abs(step_lon).max(initial=0.0), np.abs(step_lat).max(initial=0.0)) < STEP_DEG:
            break
    return guess_lon, guess_lat
