"""Compiles the C twin on the spot and calls it on the arrays the kernel gets."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

SOURCES = Path(__file__).parent
COMMAND = ("gcc", "-std=c11", "-O3", "-march=native", "-ffp-contract=off", "-Wall", "-Wextra", "-shared", "-fPIC")
IN_C = {
    "int64": "int64_t", "int32": "int32_t", "int8": "int8_t", "uint64": "uint64_t", "uint8": "uint8_t",
    "bool": "uint8_t", "float64": "double", "float32": "float",
}  # fmt: skip
RECORDS = {"people": "struct person", "needs": "struct need"}
NUMBERS = {"int64_t": ctypes.c_int64, "uint64_t": ctypes.c_uint64, "double": ctypes.c_double}


def struct(name: str, dtype: np.dtype[Any]) -> str:
    """Return a record as a C structure, its layout checked by the compiler."""
    lines, checks = [], []
    for field, (kind, offset, *_) in (dtype.fields or {}).items():
        base, shape = kind.subdtype or (kind, ())
        lines.append(f"    {IN_C[base.name]} {field}{''.join(f'[{size}]' for size in shape)};")
        checks.append(f'_Static_assert(offsetof(struct {name}, {field}) == {offset}, "{field}");')
    size = f'_Static_assert(sizeof(struct {name}) == {dtype.itemsize}, "size");'
    return "\n".join([f"struct {name} {{", *lines, "};", *checks, size])


def struct_market(values: dict[str, Any]) -> str:
    """Return numbers and arrays by name as a C structure: numbers as they are, pointers to what arrays hold."""
    lines = [
        f"    {RECORDS.get(name) or IN_C[value.dtype.name]} *{name};"
        if isinstance(value, np.ndarray)
        else f"    {number_type(name, value)} {name};"
        for name, value in values.items()
    ]
    return "\n".join(["struct market {", *lines, "};"])


def number_type(name: str, value: float) -> str:
    """Return the C type of a number: seeds are bits."""
    if name == "seed":
        return "uint64_t"
    return "double" if isinstance(value, float) else "int64_t"


@cache
def folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder that ends with the process."""
    return tempfile.TemporaryDirectory(prefix="middleman-twin-")


@cache
def built(source: str, layout: str = "") -> Any:
    """Compile a source of this folder and load it, ``layout`` being what it includes as layout.h.

    Raises RuntimeError where there is no gcc, or it does not accept the source without a warning.
    """
    if shutil.which(COMMAND[0]) is None:
        raise RuntimeError("the C twin is compiled on the spot: install gcc (Debian: sudo apt install gcc libc6-dev)")
    place = Path(folder().name) / hashlib.sha256(f"{source}\0{layout}".encode()).hexdigest()[:16]
    place.mkdir(exist_ok=True)
    (place / "layout.h").write_text(f"#include <stddef.h>\n#include <stdint.h>\n{layout}\n")
    shared = place / "twin.so"
    command = [*COMMAND, f"-I{place}", str(SOURCES / source), "-o", str(shared), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    if done.returncode or done.stderr:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")
    return ctypes.CDLL(str(shared))


def twin(layout: str) -> Any:
    """Return the twin compiled for these layouts."""
    loaded = built("shopping.c", layout)
    loaded.customers_shop.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_double]
    loaded.customers_shop.restype = None
    return loaded


def pack(values: dict[str, Any]) -> Any:
    """Return numbers and arrays by name as the structure that C gets. Raises ValueError for an array with gaps."""
    fields = []
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            if not value.flags.c_contiguous:
                raise ValueError(f"{name} must be contiguous")
            fields.append((name, ctypes.c_void_p))
        else:
            fields.append((name, NUMBERS[number_type(name, value)]))
    structure = type("MarketInC", (ctypes.Structure,), {"_fields_": fields})
    return structure(**{k: v.ctypes.data if isinstance(v, np.ndarray) else v for k, v in values.items()})


def arrays_for_c(given: dict[str, Any]) -> dict[str, Any]:
    """Return what the C twin reads and writes, by name, of what the kernel is given, by the names of its arguments.

    Raises ValueError for a market that the twin was not written for.
    """
    people, catalogue, shelves = given["people"], given["catalogue"], given["shelves"]
    rules, last_mile, goods, visits = given["rules"], given["last_mile"], given["goods"], given["visits"]
    simple = (
        rules.shares_stock and rules.tax_rate == 0 and rules.customer_pays and np.isinf(rules.free_above)
        and (rules.awareness >= 1).all() and (rules.acceptance == 1).all() and last_mile.parcel_days_per_drop == 0
        and not shelves.consigned.any() and not shelves.sampled.any() and not (catalogue.supplier != 0).any()
        and list(np.flatnonzero(rules.own_channels)) == [0] and list(np.flatnonzero(rules.supplier_channels)) == [3]
        and rules.seen_in_store and len(given["choices"].rows) == 0 and visits.returning_count[0] == 0
    )  # fmt: skip
    if not simple:
        raise ValueError("the C twin knows the market of benchmarks/market.toml only")
    return {
        "customers": len(people.town), "stores": len(shelves.retailer), "products": len(catalogue.supplier),
        "breadth": catalogue.considered.shape[1], "reach": people.nearest.shape[1],
        "first_node": int(shelves.first_node), "seed": int(rules.seed), "scale": float(rules.scale),
        "people": people.town.base, "trust": people.trust, "need_rate": people.need_rate,
        **{name: getattr(catalogue, name) for name in ("considered", "mismatch", "quality")},
        **{name: getattr(shelves, name) for name in ("offered", "list_price", "direct_price")},
        "parcel_days": np.ascontiguousarray(last_mile.parcel_days[:, 0]), "parcel_charge": last_mile.parcel_charge,
        "gumbel": rules.gumbel, "lowest_price": given["lowest_price"], "units": goods.units, "owner": goods.owner,
        "reserved": goods.reserved, "demand": given["demand"], "needs": given["needs"], "used": visits.used,
        "in_basket": visits.in_basket, "basket": visits.basket, "queue": visits.returning,
    }  # fmt: skip


def prepared(given: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """Return the compiled twin, the structure to hand to it, and the arrays that must live as long."""
    values = arrays_for_c(given)
    records = (struct("person", values["people"].dtype), struct("need", values["needs"].dtype))
    layout = "\n".join([*records, struct_market(values)])
    return twin(layout), pack(values), values
