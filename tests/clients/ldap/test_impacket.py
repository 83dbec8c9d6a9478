"""The LDAP examples of impacket."""

import pytest


@pytest.fixture
def run(estate, tool):
    """An example, as somebody of the domain."""

    def run(name, *options, user="Administrator", password=None, code=0):
        password = password or (estate.admin_password if user == "Administrator" else "Passw0rd!23")
        return tool(name, *options, "-dc-ip", estate.address, f"corp.contoso.com/{user}:{password}", code=code)

    return run


def test_add_computers_until_the_quota_is_used_up(estate, run, tool):
    def add(name, *options, user="alice.abara"):
        account = ["-computer-name", f"{name}$", "-computer-pass", "Mach1ne.Passw0rd", "-dc-host", estate.address]
        return run("addcomputer.py", "-method", "LDAPS", *account, *options, user=user)

    for name in ["LAP-1", "LAP-2"]:
        assert f"Successfully added machine account {name}$" in add(name)
    assert "machine quota exceeded" in add("LAP-3")
    tool("ldapwhoami", "-H", estate.ldap, "-x", "-D", "CORP\\LAP-1$", "-w", "Mach1ne.Passw0rd")
    # Whoever spent the quota may set the password, but not delete.
    assert "doesn't have right to delete" in add("LAP-1", "-delete")
    again = ["-no-add", "-computer-pass", "0ther.Passw0rd"]
    assert "Succesfully set password" in add("LAP-1", *again)
    tool("ldapwhoami", "-H", estate.ldap, "-x", "-D", "CORP\\LAP-1$", "-w", "0ther.Passw0rd")
    assert "Succesfully deleted LAP-1$" in add("LAP-1", "-delete", user="Administrator")
    assert "Successfully added machine account LAP-3$" in add("LAP-3")


def test_listings(run):
    assert "alice.abara" in run("GetADUsers.py", "-all", user="alice.abara")
    shown = run("GetADComputers.py", user="alice.abara")
    assert "PC-SPARE$" in shown and "Windows 11 Pro" in shown
    assert "No entries found" in run("GetNPUsers.py", user="alice.abara")
    assert "DC01$" in run("findDelegation.py", user="alice.abara")


def test_access_control(run):
    entry = ["-target-dn", "OU=Autopilot,DC=corp,DC=contoso,DC=com", "-principal", "bora.quint"]
    assert "FullControl" not in run("dacledit.py", "-action", "read", *entry)
    assert "DACL modified successfully" in run("dacledit.py", "-action", "write", "-rights", "FullControl", *entry)
    assert "FullControl" in run("dacledit.py", "-action", "read", *entry)
    assert "DACL modified successfully" in run("dacledit.py", "-action", "remove", "-rights", "FullControl", *entry)
    assert "FullControl" not in run("dacledit.py", "-action", "read", *entry)
    owner = ["-target", "PC-SPARE$", "-new-owner", "bora.quint"]
    assert "OwnerSid modified successfully" in run("owneredit.py", "-action", "write", *owner)
    assert "bora.quint" in run("owneredit.py", "-action", "read", *owner[:2])


def test_resource_based_delegation(run):
    who = ["-delegate-to", "PC-SPARE$", "-delegate-from", "SRV-ODJ01$"]
    assert "is empty" in run("rbcd.py", "-action", "read", *who[:2])
    assert "modified successfully" in run("rbcd.py", "-action", "write", *who)
    assert "SRV-ODJ01$" in run("rbcd.py", "-action", "read", *who[:2])
    assert "flushed successfully" in run("rbcd.py", "-action", "flush", *who[:2])
