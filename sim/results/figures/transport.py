"""Transport: kilometres driven and CO2 emitted, trucks, vans and customers' cars apart."""

from __future__ import annotations

from sim.kernels.need_sums import FRACTION_BITS, LOW_BITS, NeedSums
from sim.results.figures.arithmetic import Value, quotient
from sim.results.figures.description import FigureInfo
from sim.results.figures.window import Window
from sim.scenario.names import BULK_FREIGHT, COURIERS, PARCEL_CARRIER
from sim.scenario.transport import Delivery

TRANSPORT = (
    FigureInfo(
        "vehicle_km",
        "km per need",
        "Km driven by trucks, vans and customers' cars, and in all",
        "lower",
        "vehicle",
    ),
    FigureInfo(
        "co2_kg",
        "kg per need",
        "CO2 emitted by trucks, vans and customers' cars, and in all",
        "lower",
        "vehicle",
    ),
)


OUT_AND_BACK = 2


def kilometres(window: Window) -> dict[str, float]:
    """Return km driven during the window by carrier, and by ``cars`` of the customers who had needs in it.

    Raises:
        ValueError: for a carrier that is none of those in ``emission_factors``.
    """
    transport = window.rows("transport")
    accounts = window.outcome.labels["accounts"]
    km = {"cars": OUT_AND_BACK * customers_km(window.sums)}
    factors = emission_factors(window.outcome.manifest.scenario.delivery)
    for code in dict.fromkeys(transport["carrier"].tolist()):
        if accounts[code] not in factors:
            raise ValueError(f"carrier {accounts[code]!r} drives neither trucks nor vans: {', '.join(factors)}")
        km[accounts[code]] = float(transport["km"][transport["carrier"] == code].sum())
    return km


def customers_km(sums: NeedSums) -> float:
    """Return the km that customers travelled one way: the float nearest to their exact sum."""
    whole, high, low = (int(part) for part in sums.km)
    return ((whole << FRACTION_BITS) + (high << LOW_BITS) + low) / (1 << FRACTION_BITS)


def emission_factors(delivery: Delivery) -> dict[str, tuple[str, float]]:
    """Return what each carrier drives and its CO2 in kg per km."""
    return {
        BULK_FREIGHT: ("trucks", delivery.bulk.co2_per_km),
        PARCEL_CARRIER: ("vans", delivery.parcel.co2_per_km),
        COURIERS: ("vans", delivery.courier.co2_per_km),
        "cars": ("cars", delivery.car_co2_per_km),
    }


def transport(window: Window) -> dict[str, Value]:
    """Return vehicle km and kg of CO2 per need, by kind of vehicle and in all."""
    factors = emission_factors(window.outcome.manifest.scenario.delivery)
    driven, emitted = (dict.fromkeys(("trucks", "vans", "cars", "all"), 0.0) for _ in range(2))
    for who, km in kilometres(window).items():
        vehicle, co2_per_km = factors[who]
        for name in (vehicle, "all"):
            driven[name] += km
            emitted[name] += km * co2_per_km
    return {
        "vehicle_km": {name: quotient(km, window.need_count) for name, km in driven.items()},
        "co2_kg": {name: quotient(kg, window.need_count) for name, kg in emitted.items()},
    }
