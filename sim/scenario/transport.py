"""Parameters of transport: bulk freight, parcels, couriers, pick-up, returns."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.common.parameters import Section, choice, flag, money, parameter, share


class Bulk(Section):
    """Freight between firms."""

    cost_per_shipment: float = money(0.0, "Cost of one shipment from one firm's door to another's.", "shipment")
    cost_per_unit_km: float = money(
        0.0, "Cost of moving one unit 1 km in bulk; distance counts one way, door to door.", "unit km"
    )
    margin: float = parameter(0.0, "The carrier's markup on its cost.", "share of cost", ge=0, le=10)
    co2_per_km: float = parameter(
        0.9, "CO2 of a truck; each shipment drives there and back.", "kg per km", ge=0, le=100
    )


class Parcel(Section):
    """Parcels from a depot to the customer's door."""

    handling_days: float = parameter(1.0, "Time from the order to handing it to the carrier.", "days", ge=0, le=365)
    speed: float = parameter(
        400.0, "Distance covered in a day, one way from depot to door.", "km per day", ge=0.1, le=1e6
    )
    capacity: float | None = parameter(
        None, "Parcels per day that one depot can send; absent: no limit.", "parcels per day", ge=0.01, le=1e9
    )
    cost_per_parcel: float = money(0.0, "The carrier's cost of a parcel, regardless of weight.", "parcel")
    cost_per_kg: float = money(0.0, "The carrier's cost per kg.", "kg")
    margin: float = parameter(0.0, "The carrier's markup on its cost.", "share of cost", ge=0, le=10)
    km_per_parcel: float = parameter(0.5, "Van distance driven for one parcel.", "km", ge=0, le=1000)
    co2_per_km: float = parameter(0.25, "CO2 of a van.", "kg per km", ge=0, le=100)


class Courier(Section):
    """Local couriers, from a store in town to the customer's door."""

    handling_hours: float = parameter(
        0.5, "Time from the order until the courier leaves the store.", "hours", ge=0, le=240
    )
    speed: float = parameter(15.0, "Speed of the courier, one way from store to door.", "km per hour", ge=0.01, le=1000)
    capacity: float | None = parameter(
        None,
        "Deliveries per day in one town; further deliveries queue; absent: no limit.",
        "drops per day",
        ge=0.01,
        le=1e9,
    )
    cost_per_stop: float = money(0.0, "Cost of one delivery, regardless of distance.", "drop")
    cost_per_km: float = money(0.0, "Cost per km driven, including the way out and back.", "km")
    tour_constant: float = parameter(
        0.7124,
        "Length of one tour through the shop and all drops in km = this x sqrt(town area x (drops + 1)) + 0.57 x "
        "sqrt(town area) for the edge (Beardwood, Halton & Hammersley 1959; value: Johnson, McGeoch & Rothberg "
        "1996).",
        "constant",
        ge=0,
        le=10,
    )
    local_constant: float = parameter(
        0.57,
        "Distance between doors of many tours in km, each tour in its own district = this x sqrt(town area x "
        "drops) (Daganzo 1984).",
        "constant",
        ge=0,
        le=10,
    )
    drops_per_tour: float = parameter(
        10.0, "Deliveries per tour, which share one way out and back.", "drops", ge=1, le=1000
    )
    opening_drops: float = parameter(
        20.0, "Deliveries per day in a town that the first week's fee is based on.", "drops per day", ge=0.01, le=1e6
    )
    margin: float = parameter(0.0, "The carrier's markup on last week's mean cost.", "share of cost", ge=0, le=10)
    co2_per_km: float = parameter(0.25, "CO2 of a van.", "kg per km", ge=0, le=100)


class Delivery(Section):
    """How goods travel, and who pays for last-mile delivery."""

    bulk: Bulk = Field(default_factory=Bulk, description="Freight between firms.")
    parcel: Parcel = Field(default_factory=Parcel, description="Parcels from a depot.")
    courier: Courier = Field(default_factory=Courier, description="Local couriers.")
    pickup_hours: float = parameter(
        2.0, "Time from the order until the goods are ready for pick-up.", "hours", ge=0, le=240
    )
    paid_by: Literal["customer", "seller"] = choice("customer", "Who pays for parcels and couriers.")
    free_above: float | None = parameter(
        None,
        "Price, before tax, from which the seller pays for delivery instead of the customer; absent: never.",
        "currency",
        ge=0,
        le=1e9,
    )
    car_co2_per_km: float = parameter(
        0.17, "CO2 of a customer's car; trips count there and back.", "kg per km", ge=0, le=100
    )


class Returns(Section):
    """What happens to returned goods."""

    days: int = parameter(
        7, "Time from delivery until the returned unit is back with the seller.", "days", ge=1, le=365
    )
    paid_by: Literal["customer", "seller"] = choice("seller", "Who pays for the return shipment.")
    refund_fee: bool = flag(False, "Whether the delivery fee is refunded too.")
    resaleable: float = share(1.0, "Share of returned goods that can be sold again; the rest is written off.")
    handling_cost: float = money(0.0, "The seller's cost of taking one unit back.", "unit")
