"""The server begins and ends: ports that are taken, requests that are under way."""

import asyncio
import socket

import aiohttp
import pytest

from bot.errors import StartError
from bot.web.limits import Limits
from bot.web.server import WebServer
from tests.web.conftest import Desk, Doctor, Site, event, serving, until


def server_on(host: str, port: int) -> WebServer:
    """Return a server that does not listen yet."""
    return WebServer(
        host=host, port=port, providers={}, settle=Desk().settle, ask_health=Doctor().ask
    )


async def test_a_taken_port_is_named_in_one_line(site: Site) -> None:
    with pytest.raises(StartError) as caught:
        await server_on("127.0.0.1", site.server.port).start()
    assert str(caught.value) == (
        f"port {site.server.port} on 127.0.0.1 is taken; set BOUQUET_WEB_PORT to one that is free"
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "a..b"])
async def test_an_address_of_another_machine_is_named_in_one_line(host: str) -> None:
    with pytest.raises(StartError) as caught:
        await server_on(host, 0).start()
    assert str(caught.value).startswith(f"the web server cannot listen on {host} port 0: ")
    assert "\n" not in str(caught.value)


async def test_it_listens_where_it_was_told_to_and_nowhere_else(site: Site) -> None:
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.2", site.server.port)) != 0
    assert (await site.ring(event())).status == 200


async def test_it_can_be_closed_before_it_started_and_twice() -> None:
    server = server_on("127.0.0.1", 0)
    await server.close()
    server = server_on("127.0.0.1", 0)
    await server.start()
    await server.close()
    await server.close()


async def test_the_end_waits_for_what_is_being_settled(site: Site) -> None:
    site.desk.gate = asyncio.Event()
    ringing = asyncio.create_task(site.ring(event()))
    await site.desk.asked.wait()
    closing = asyncio.create_task(site.server.close())
    await until(lambda: not site.server.is_listening)
    with pytest.raises(aiohttp.ClientConnectionError):
        await site.ring(event(2))
    site.desk.gate.set()
    assert (await ringing).status == 200
    await closing
    assert len(site.desk.settled) == 1


async def test_the_end_does_not_wait_for_ever() -> None:
    async with serving(Limits(farewell_seconds=0.05)) as site:
        site.desk.gate = asyncio.Event()
        ringing = asyncio.create_task(site.ring(event()))
        await site.desk.asked.wait()
        await site.server.close()
        assert site.desk.settled == []
        with pytest.raises(aiohttp.ClientError):
            await ringing


async def test_idle_connections_do_not_hold_up_the_end(site: Site) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
    await until(lambda: site.server.connections == 1)
    await asyncio.wait_for(site.server.close(), 5)
    writer.transport.abort()
