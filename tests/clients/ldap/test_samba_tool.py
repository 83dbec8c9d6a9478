"""Samba's samba-tool and ldb tools, by simple bind and by NTLM."""

import pytest

KINDS = ["ldap, simple", "ldaps, simple", "ldap, NTLM signed", "ldap, NTLM sealed", "ldaps, NTLM"]


@pytest.fixture
def samba(request, estate, tool):
    """samba-tool over one kind of connection."""
    scheme, how = getattr(request, "param", "ldaps, simple").split(", ")
    url = ["-H", estate.ready[scheme]]
    if how == "simple":
        sign_in = [f"--simple-bind-dn={estate.admin_dn}", f"--password={estate.admin_password}"]
    else:
        sign_in = ["-U", f"CORP\\Administrator%{estate.admin_password}", "--use-kerberos=off"]
        sign_in += [f"--option=client ldap sasl wrapping={'seal' if 'sealed' in how else 'sign'}"]

    def run(*command, code=0):
        return tool("samba-tool", *command, *url, *sign_in, code=code)

    return run


def lines(text):
    return {line for line in text.splitlines() if not line.startswith("WARNING")}


@pytest.mark.parametrize("samba", KINDS, indirect=True)
def test_computers(samba):
    assert "added successfully" in samba("computer", "create", "LAP-1", "--description=first")
    assert {"LAP-1$", "PC-SPARE$", "SRV-ODJ01$", "DC01$"} == lines(samba("computer", "list"))
    shown = lines(samba("computer", "show", "LAP-1"))
    assert {"sAMAccountName: LAP-1$", "userAccountControl: 4098", "description: first"} <= shown
    assert "ENTRY_ALREADY_EXISTS" in samba("computer", "create", "LAP-1", code=255)
    assert "Moved computer" in samba("computer", "move", "LAP-1", "OU=Autopilot")
    assert "CN=LAP-1,OU=Autopilot" in samba("ou", "listobjects", "OU=Autopilot")
    assert "Deleted computer LAP-1" in samba("computer", "delete", "LAP-1")
    assert "LAP-1$" not in samba("computer", "list")


def test_users_and_groups(samba):
    assert "added successfully" in samba("user", "create", "cem.oz", "Pass.w0rd.1", "--given-name=Cem", "--surname=Oz")
    samba("user", "setpassword", "cem.oz", "--newpassword=Pass.w0rd.2")
    samba("user", "disable", "cem.oz")
    assert "userAccountControl: 514" in samba("user", "show", "cem.oz")
    samba("user", "enable", "cem.oz")
    samba("user", "delete", "cem.oz")
    assert {"alice.abara", "bora.quint", "Administrator", "krbtgt"} <= lines(samba("user", "list"))
    assert "Added group Pilots" in samba("group", "add", "Pilots", "--description=first")
    samba("group", "addmembers", "Pilots", "alice.abara,PC-SPARE$")
    assert {"alice.abara", "PC-SPARE$"} == lines(samba("group", "listmembers", "Pilots"))
    assert {"Pilots", "Field Sales"} <= lines(samba("user", "getgroups", "alice.abara"))
    samba("group", "removemembers", "Pilots", "alice.abara")
    assert {"PC-SPARE$"} == lines(samba("group", "listmembers", "Pilots"))
    samba("group", "delete", "Pilots")
    assert "Pilots" not in samba("group", "list")


def test_organizational_units(samba):
    samba("ou", "create", "OU=Kiosk,OU=Autopilot", "--description=first")
    assert {"OU=Staff", "OU=Autopilot", "OU=Kiosk,OU=Autopilot", "OU=Domain Controllers"} == lines(samba("ou", "list"))
    samba("ou", "rename", "OU=Kiosk,OU=Autopilot", "OU=Desk,OU=Autopilot")
    samba("ou", "move", "OU=Desk,OU=Autopilot", "OU=Staff")
    assert "OU=Desk,OU=Staff" in samba("ou", "list")
    samba("ou", "delete", "OU=Staff", "--force-subtree-delete")
    assert {"OU=Autopilot", "OU=Domain Controllers"} == lines(samba("ou", "list"))


@pytest.mark.parametrize("samba", ["ldap, NTLM sealed"], indirect=True)
def test_access_control(samba):
    ace = "(OA;CI;CCDC;bf967a86-0de6-11d0-a285-00aa003049e2;;AU)"
    ou = "--objectdn=OU=Autopilot,DC=corp,DC=contoso,DC=com"
    assert ace not in samba("dsacl", "get", ou)
    samba("dsacl", "set", ou, f"--sddl={ace}")
    assert ace in samba("dsacl", "get", ou)


def test_ldb_tools(estate, tool):
    url = ["-H", estate.ldaps, f"--simple-bind-dn={estate.admin_dn}", f"--password={estate.admin_password}"]
    dn = "CN=LAP-1,CN=Computers,DC=corp,DC=contoso,DC=com"
    ldif = tool.folder / "computer.ldif"
    ldif.write_text(f"dn: {dn}\nobjectClass: computer\nsAMAccountName: LAP-1$\nuserAccountControl: 4096\n")
    assert "Added 1 records successfully" in tool("ldbadd", *url, ldif)
    ldif.write_text(f"dn: {dn}\nchangetype: modify\nreplace: description\ndescription: first\n")
    assert "Modified 1 records successfully" in tool("ldbmodify", *url, ldif)
    moved = "CN=LAP-1,OU=Autopilot,DC=corp,DC=contoso,DC=com"
    assert "Renamed 1 record" in tool("ldbrename", *url, dn, moved)
    query = ["-b", estate.base_dn, "--paged", "(&(objectClass=computer)(name=LAP-*))"]
    found = tool("ldbsearch", *url, *query, "description", "objectSid", "nTSecurityDescriptor")
    assert f"dn: {moved}\n" in found and "description: first\n" in found and "# 1 entries" in found
    assert "objectSid: S-1-5-21-" in found and "nTSecurityDescriptor:" in found
    assert "Deleted 1 record" in tool("ldbdel", *url, moved)
    deleted = tool(
        "ldbsearch",
        *url,
        "-b",
        estate.base_dn,
        "--show-deleted",
        "(&(isDeleted=TRUE)(sAMAccountName=LAP-1$))",
        "lastKnownParent",
    )
    assert "lastKnownParent: OU=Autopilot,DC=corp,DC=contoso,DC=com" in deleted


def test_extended_names(estate, tool):
    url = ["-H", estate.ldap, f"--simple-bind-dn={estate.admin_dn}", f"--password={estate.admin_password}"]
    found = tool("ldbsearch", *url, "-b", estate.base_dn, "--extended-dn", "(sAMAccountName=alice.abara)", "memberOf")
    assert found.count("<GUID=") == 2 and found.count("<SID=S-1-5-21-") == 2
