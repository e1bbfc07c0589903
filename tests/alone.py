"""One service started by hand, which is not expected to live long: its exit status, and all it said."""

import asyncio
import os
import sys
from collections.abc import Mapping

from deploy.processes import CODE, told_to_services

ENDS_WITHIN_S = 60


async def started_alone(service: str, environment: Mapping[str, str]) -> tuple[int, str]:
    told = told_to_services({**os.environ, **environment})
    command = (sys.executable, "-m", "faststream", "run", f"services.{service}.app:build", "--factory", "--port", "0")
    process = await asyncio.create_subprocess_exec(
        *command, env=told, cwd=CODE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(ENDS_WITHIN_S):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode or 0, said.decode()
