"""The store of large bodies behaves the same as a folder and as S3."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from moto.server import ThreadedMotoServer

from shared.bodies import Bodies, BodyMismatch, BodyMissing, BodyStoreAway, reference_to

BODY = b"\x00" * 300_000 + "退款".encode()
FAR = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["file", "s3"])
def bodies(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Bodies:
    folder = tmp_path_factory.mktemp("bodies")
    if request.param == "file":
        return Bodies(folder.as_uri())
    endpoint = request.getfixturevalue("s3")
    account = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in {**account, "AWS_ENDPOINT": endpoint, "AWS_ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(name, value)
    bucket = folder.name.replace("_", "-")
    httpx2.put(f"{endpoint}/{bucket}", timeout=10).raise_for_status()
    return Bodies(f"s3://{bucket}/redress")


async def test_what_is_laid_there_is_found_under_its_adapter_and_its_hash_until_it_is_dropped(bodies: Bodies):
    reference = await bodies.put("mail-cn", BODY)
    again = await bodies.put("mail-cn", BODY)
    names = [one async for one in bodies.left_before(FAR)]

    assert reference == again == reference_to("mail-cn", BODY)
    assert await bodies.get(reference) == BODY
    assert names == [reference.ref]

    await bodies.drop(reference.ref)
    await bodies.drop(reference.ref)

    with pytest.raises(BodyMissing):
        await bodies.get(reference)


async def test_other_bytes_than_were_announced_are_not_handed_out(bodies: Bodies):
    reference = await bodies.put("mail-cn", BODY)

    with pytest.raises(BodyMismatch, match="were announced"):
        await bodies.get(reference.model_copy(update={"size": reference.size + 1}))
    with pytest.raises(BodyMismatch, match="SHA-256"):
        await bodies.get(reference.model_copy(update={"sha256": "0" * 64}))


async def test_a_store_that_does_not_answer_is_away(monkeypatch: pytest.MonkeyPatch):
    for name, value in {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT", "http://127.0.0.1:1")

    with pytest.raises(BodyStoreAway):
        await Bodies("s3://nowhere/redress").put("mail-cn", BODY)
