"""Distance of last-mile delivery: the tour from door to door, and the way out and back.

``drops`` are at random in an ``area``; distances are straight lines.
"""

from __future__ import annotations

import numpy as np

from sim.formulas.requirements import require_not_negative, require_positive

TOUR_CONSTANT = 0.7124
"""Length of the shortest tour per sqrt(drops x area), for very many drops. Johnson & McGeoch, in Local Search in
Combinatorial Optimization, 1997; existence of the constant: Beardwood, Halton & Hammersley 1959.
"""

BOUNDARY_CONSTANT = 0.64
"""What a square's edge adds to the constant, per 1 / sqrt(drops): fitted to shortest tours of 10 to 200 drops. This is
.16 of the perimeter, and the same holds for discs.
"""

STRIP_CONSTANT = 0.57
"""Local km per drop x sqrt(density) when many tours share an area. Daganzo, Transportation Science 1984."""


def tour_constant(drops: float) -> float:
    """Return the shortest tour per sqrt(drops x area) for this many drops in a square: .7124 + .64 / sqrt(drops)."""
    require_positive(drops=drops)
    return float(TOUR_CONSTANT + BOUNDARY_CONSTANT / np.sqrt(drops))


def tour_length(drops: float, area: float, perimeter: float | None = None) -> float:
    """Return the shortest closed tour through random drops: .7124 sqrt(drops x area) + .16 x perimeter.

    ``drops`` include the depot; with fewer than 10 it is a few per cent too long. By default the area is a square.
    """
    require_positive(drops=drops)
    require_not_negative(area=area)
    edge = 4.0 * np.sqrt(area) if perimeter is None else perimeter
    return float(TOUR_CONSTANT * np.sqrt(drops * area) + BOUNDARY_CONSTANT / 4.0 * edge)


def km_per_drop(mean_way: float, drops_per_tour: float, density: float) -> float:
    """Return km per drop with tours that start at a depot: 2 r / C + .57 / sqrt(density).

    ``mean_way`` r is the mean distance from the depot to a drop, C the drops on a tour, density that of drops. Accurate
    if there are many more drops than C squared. Daganzo, Transportation Science 1984.
    """
    require_positive(drops_per_tour=drops_per_tour, density=density)
    require_not_negative(mean_way=mean_way)
    return float(2.0 * mean_way / drops_per_tour + STRIP_CONSTANT / np.sqrt(density))
