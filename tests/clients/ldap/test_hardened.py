"""Signing and channel binding, where controllers require them."""

import ldap3
import pytest
from conftest import HERE
from test_msldap import everything, talk


@pytest.fixture
def estate(simulate):
    return simulate(HERE / "hardened.yaml")


def test_simple_binds_need_tls(estate, tool):
    alice = ["-x", "-D", "CORP\\alice.abara", "-w", "Passw0rd!23"]
    assert "00002028: LdapErr" in tool("ldapwhoami", "-H", estate.ldap, *alice, code=8)
    for connection in (["-H", estate.ldap, "-ZZ"], ["-H", estate.ldaps]):
        assert tool("ldapwhoami", *connection, *alice) == "u:CORP\\alice.abara\n"
    nobody = ["-x", "-D", "CORP\\alice.abara", "-w", ""]
    assert "unwilling" in tool("ldapwhoami", "-H", estate.ldaps, *nobody, code=53)


def test_ntlm_is_sealed_or_bound_to_the_channel(estate):
    async def people(client):
        return len(await everything(client.pagedsearch("(mail=*)", ["mail"])))

    for scheme in ("ldap", "ldaps"):
        assert talk(f"{scheme}+ntlm-password://CORP\\alice.abara:Passw0rd!23@{estate.address}/", people) == 2


def test_ntlm_that_is_neither_is_refused(estate):
    alice = {"user": "CORP\\alice.abara", "password": "Passw0rd!23", "authentication": ldap3.NTLM}
    within = ldap3.Connection(ldap3.Server(estate.address, port=636, use_ssl=True), **alice)
    assert not within.bind() and "data 80090346" in within.result["message"]
    plain = ldap3.Connection(ldap3.Server(estate.address), **alice)
    assert not plain.bind() and plain.result["result"] == 8
