"""bloodyAD."""

import pytest


@pytest.fixture(params=["ldap", "ldaps"])
def bloody(request, estate, tool):
    """bloodyAD over a sealed connection or TLS; as the administrator unless somebody else is named."""

    def run(*command, user="Administrator", password=estate.admin_password, code=0):
        sign_in = ["-d", "corp.contoso.com", "-u", user, "-p", password]
        secure = ["-s"] if request.param == "ldaps" else []
        return tool("bloodyAD", "--host", estate.address, *sign_in, *secure, *command, code=code)

    return run


def test_get(bloody, estate):
    assert "ms-DS-MachineAccountQuota: 2" in bloody(
        "get", "object", estate.base_dn, "--attr", "ms-DS-MachineAccountQuota"
    )
    alice = {"user": "alice.abara", "password": "Passw0rd!23"}
    assert "CN=PC-SPARE,CN=Computers" in bloody("get", "children", "--otype", "computer", **alice)
    assert "Domain Users" in bloody("get", "membership", "alice.abara", **alice)
    assert "CN=Alice Abara,OU=Staff" in bloody("get", "writable", **alice)
    found = bloody("get", "search", "--filter", "(objectClass=group)", "--attr", "sAMAccountName", **alice)
    assert "sAMAccountName: Field Sales" in found
    assert "No Trusts found" in bloody("get", "trusts", **alice)


def test_a_computer_lives(bloody):
    alice = {"user": "alice.abara", "password": "Passw0rd!23"}
    assert "LAP-1$ created" in bloody("add", "computer", "LAP-1", "Mach1ne.Passw0rd", **alice)
    bloody("add", "computer", "LAP-2", "Mach1ne.Passw0rd", **alice)
    assert "MACHINE_ACCOUNT_QUOTA_EXCEEDED" in bloody("add", "computer", "LAP-3", "Mach1ne.Passw0rd", code=1, **alice)
    machine = {"user": "LAP-1$", "password": "Mach1ne.Passw0rd"}
    assert "Domain Computers" in bloody("get", "membership", "LAP-1$", **machine)
    bloody("set", "object", "LAP-1$", "servicePrincipalName", "-v", "HOST/LAP-1", **machine)
    assert "HOST/LAP-1" in bloody("get", "object", "LAP-1$", "--attr", "servicePrincipalName")
    assert "has been removed" in bloody("remove", "object", "LAP-1$")


def test_rights(bloody):
    bora = {"user": "bora.quint", "password": "Passw0rd!23"}
    bloody("set", "object", "PC-SPARE$", "description", "-v", "mine", code=1, **bora)
    bloody("add", "genericAll", "PC-SPARE$", "bora.quint")
    bloody("set", "object", "PC-SPARE$", "description", "-v", "mine", **bora)
    bloody("remove", "genericAll", "PC-SPARE$", "bora.quint")
    bloody("set", "object", "PC-SPARE$", "description", "-v", "still mine", code=1, **bora)
    assert "description: mine" in bloody("get", "object", "PC-SPARE$", "--attr", "description")


def test_users_and_groups(bloody):
    bloody("add", "user", "cem.oz", "Pass.w0rd.1")
    bloody("add", "groupMember", "Field Sales", "cem.oz")
    assert "cem.oz" in bloody("get", "object", "Field Sales", "--attr", "member")
    bloody("remove", "groupMember", "Field Sales", "cem.oz")
    bloody("set", "password", "cem.oz", "Pass.w0rd.2")
    bloody("add", "uac", "cem.oz", "-f", "DONT_EXPIRE_PASSWORD")
    assert "DONT_EXPIRE_PASSWORD" in bloody("get", "object", "cem.oz", "--attr", "userAccountControl")
    bloody("remove", "uac", "cem.oz", "-f", "DONT_EXPIRE_PASSWORD")
    bloody("remove", "object", "cem.oz")
