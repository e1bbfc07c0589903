"""Users of the database, where each service shall log in as itself: what shall be, what is, how to make it so."""

from collections.abc import Sequence
from typing import Any

from deploy.indexes import administered
from deploy.items import Item
from shared.access import database_name, database_of
from shared.errors import DatabaseRefused
from shared.settings import OPERATOR, HouseSettings, house_password, house_user
from shared.storage import Database

KIND = "database user"


def desired(settings: HouseSettings, services: Sequence[str]) -> list[Item]:
    """None where all log in as whoever `REDRESS_MONGO_URL` says."""
    parts = [*services, OPERATOR] if settings.mongo_own_users else []
    return [Item(KIND, one, {"password": "ours", "roles": _roles(settings, one)}) for one in parts]


async def found(settings: HouseSettings, services: Sequence[str]) -> list[Item]:
    async with administered(settings) as root:
        items = [await _found(settings, root, one.name) for one in desired(settings, services)]
    return [one for one in items if one]


async def make(settings: HouseSettings, parts: Sequence[str]) -> None:
    async with administered(settings) as root:
        for part in parts:
            known = await _told(settings, root, part)
            user = house_user(part)
            login = {"pwd": house_password(settings.secret_key.get_secret_value(), user), "roles": _roles(settings, part)}
            await _at_home(settings, root, part).raw.command("updateUser" if known else "createUser", user, **login)


async def _found(settings: HouseSettings, root: Database, part: str) -> Item | None:
    if not (told := await _told(settings, root, part)):
        return None
    roles = sorted(({"role": one["role"], "db": one["db"]} for one in told[0]["roles"]), key=str)
    return Item(KIND, part, {"password": "ours" if await _lets_in(settings, part) else "another", "roles": roles})


async def _told(settings: HouseSettings, root: Database, part: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = (await _at_home(settings, root, part).raw.command("usersInfo", house_user(part)))["users"]
    return told


async def _lets_in(settings: HouseSettings, part: str) -> bool:
    database = database_of(settings, part)
    try:
        await database.local_time()
    except DatabaseRefused:
        return False
    else:
        return True
    finally:
        await database.close()


def _at_home(settings: HouseSettings, root: Database, part: str) -> Database:
    """The database that knows him is the one that he uses."""
    return Database(root.client, database_name(settings, part))


def _roles(settings: HouseSettings, part: str) -> list[dict[str, str]]:
    """In test mode the clock's offset is everybody's to read."""
    own = {"role": "readWrite", "db": database_name(settings, part)}
    clock = {"role": "read", "db": database_name(settings, OPERATOR)}
    return sorted([own, *([clock] if settings.test_clock and part != OPERATOR else [])], key=str)
