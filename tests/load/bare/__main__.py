"""One process of the equal-work pipeline: `python -m tests.load.bare intake|routing|casework|watchdog|notification`."""

import sys
from importlib import import_module

import uvloop

from tests.load.bare.serve import serve, way_out


async def main(service: str) -> None:
    way = await way_out(service)
    await serve(import_module(f"tests.load.bare.{service}").hops(), way)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
