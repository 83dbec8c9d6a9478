"""msldap, which signs and seals its NTLM."""

import asyncio

import pytest
from msldap.commons.factory import LDAPConnectionFactory
from msldap.commons.exceptions import LDAPBindException


def talk(url, what):
    """Signs in and does something."""

    async def conversation():
        client = LDAPConnectionFactory.from_url(url).get_client()
        _, error = await client.connect()
        if error is not None:
            raise error
        try:
            return await what(client)
        finally:
            await client.disconnect()

    return asyncio.run(asyncio.wait_for(conversation(), 30))


async def everything(results):
    found = []
    async for entry, error in results:
        if error is not None:
            raise error
        found.append(entry)
    return found


@pytest.mark.parametrize("scheme", ["ldap+ntlm-password", "ldaps+ntlm-password", "ldap+simple", "ldaps+simple"])
def test_search(estate, scheme):
    user = "alice.abara%40corp.contoso.com" if "simple" in scheme else "CORP\\alice.abara"

    async def computers(client):
        found = await everything(client.pagedsearch("(objectClass=computer)", ["sAMAccountName", "objectSid"]))
        return {entry["attributes"]["sAMAccountName"] for entry in found}

    assert talk(f"{scheme}://{user}:Passw0rd!23@{estate.address}/", computers) == {"DC01$", "SRV-ODJ01$", "PC-SPARE$"}
    with pytest.raises(LDAPBindException, match="52e"):
        talk(f"{scheme}://{user}:wrong@{estate.address}/", computers)


def test_an_account_within_a_sealed_connection(estate):

    async def look(client):
        user, error = await client.get_user("alice.abara")
        assert error is None
        groups = [sid async for sid, error in client.get_tokengroups(user.distinguishedName)]
        return user, groups

    user, groups = talk(f"ldap+ntlm-password://CORP\\Administrator:{estate.admin_password}@{estate.address}/", look)
    assert user.displayName == "Alice Abara" and user.mail == "alice.abara@contoso.com"
    assert any(str(sid).endswith("-513") for sid in groups), "Domain Users"


def test_the_console(estate, tool):
    url = f"ldaps+ntlm-password://CORP\\Administrator:{estate.admin_password}@{estate.address}/"
    said = tool("msldap", url, "login", "query (sAMAccountName=PC-SPARE$) operatingSystem", "whoami")
    assert "Windows 11 Pro" in said and "Domain Admins" in said
