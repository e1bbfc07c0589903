"""What customers are promised and where teams read their mail: two files of data, checked when they are loaded."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.contracts.vocabulary import Category, Country, Language, Priority, Team
from shared.policy import load

A_WEEK_IN_HOURS = 168
WORKING_DAYS_A_WEEK = 5
ONE_DAY = timedelta(days=1)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not an IANA time zone") from None
    return name


Hours = Annotated[int, Field(ge=1, le=8_760)]
Zone = Annotated[str, AfterValidator(_known_zone)]
MailAddress = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254)]
MailName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._+-]+(@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)?$", max_length=254)]
MailDomain = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$", max_length=190)]


class DataFile(BaseModel):
    """A misspelt name in a file of data is an error, not an extra."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Peak(DataFile):
    """From so many complaints within ten minutes on, the first answer takes longer."""

    complaints: int = Field(ge=1)
    first_response_hours: Hours


class Promises(DataFile):
    """`promises.toml`."""

    name: str = Field(min_length=1)
    version: int = Field(ge=1)
    first_response_hours: int = Field(ge=1, le=A_WEEK_IN_HOURS)
    peak: tuple[Peak, ...] = ()
    review_working_days: int = Field(ge=1, le=30)
    house_zone: Zone = Field(default="UTC", description="where working days are counted")
    resolution_hours: dict[Priority, Hours]
    resolution_hours_of: dict[Category, dict[Priority, Hours]] = Field(default_factory=dict)
    default_zone: Zone = "UTC"
    zone_of_legal_entity: dict[str, Zone] = Field(default_factory=dict)
    zone_of_country: dict[Country, Zone] = Field(default_factory=dict)
    default_language: Language = "en"
    language_of_country: dict[Country, Language] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _every_priority_has_a_promise(self) -> Self:
        if missing := [one.value for one in Priority if one not in self.resolution_hours]:
            raise ValueError(f"resolution_hours: no promise for {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _no_peak_is_faster(self) -> Self:
        if any(one.first_response_hours < self.first_response_hours for one in self.peak):
            raise ValueError(f"peak: a first answer promised sooner than the usual {self.first_response_hours} hours")
        return self

    @property
    def label(self) -> str:
        return f"{self.name}@{self.version}"

    @property
    def zones(self) -> frozenset[str]:
        return frozenset((self.default_zone, *self.zone_of_legal_entity.values(), *self.zone_of_country.values()))

    def answer_within(self, complaints: int = 0) -> timedelta:
        """`complaints`: how many came within the last ten minutes."""
        longer = [one.first_response_hours for one in self.peak if complaints >= one.complaints]
        return timedelta(hours=max(longer, default=self.first_response_hours))

    def answer_by(self, received_at: datetime, complaints: int = 0) -> datetime:
        return received_at + self.answer_within(complaints)

    def decision_within(self, category: Category, priority: Priority) -> timedelta:
        return timedelta(hours=self.resolution_hours_of.get(category, {}).get(priority, self.resolution_hours[priority]))

    def review_by(self, opened_at: datetime, zone: str) -> date:
        """The day by which a review is over where the customer is. Public holidays count as working days."""
        here = ZoneInfo(self.house_zone)
        day, left = opened_at.astimezone(here).date(), self.review_working_days
        while left:
            day += ONE_DAY
            left -= day.weekday() < WORKING_DAYS_A_WEEK
        end = datetime.combine(day + ONE_DAY, time(), here) - timedelta(seconds=1)
        return end.astimezone(ZoneInfo(zone)).date()

    def zone(self, legal_entity: str, country: str) -> str:
        return self.zone_of_legal_entity.get(legal_entity) or self.zone_of_country.get(country, self.default_zone)

    def language(self, country: str) -> Language:
        """For messages too short to tell: the tongue of the country."""
        return self.language_of_country.get(country, self.default_language)


class Teams(DataFile):
    """`teams.toml`."""

    domain: MailDomain
    default: Team
    zone: Zone = "UTC"
    mail: dict[Team, MailName]

    @model_validator(mode="after")
    def _default_is_listed(self) -> Self:
        if self.default not in self.mail:
            raise ValueError(f"default team {self.default!r} is not in [mail]; expected one of {sorted(self.mail)}")
        return self

    def address(self, team: Team) -> str:
        name = self.mail.get(team) or self.mail[self.default]
        return name if "@" in name else f"{name}@{self.domain}"


def load_promises(path: Path) -> Promises:
    return load(path, Promises)


def load_teams(path: Path, domain: str | None = None) -> Teams:
    """`domain` replaces the file's, so that one deployment need not edit it."""
    teams = load(path, Teams)
    return Teams.model_validate({**teams.model_dump(), "domain": domain}) if domain else teams
