"""The OpenLDAP command line tools."""

import base64
import re

import pytest

ALICE = "CN=Alice Abara,OU=Staff,DC=corp,DC=contoso,DC=com"


@pytest.fixture
def admin(estate):
    """Options that sign in as the administrator, within TLS from the beginning."""
    return ["-H", estate.ldaps, "-x", "-D", estate.admin_dn, "-w", estate.admin_password]


def test_search_in_pages_over_each_kind_of_connection(estate, tool):
    sign_in = ["-x", "-D", "CORP\\alice.abara", "-w", "Passw0rd!23"]
    query = [
        "-LLL",
        "-o",
        "ldif-wrap=no",
        "-b",
        estate.base_dn,
        "-E",
        "pr=4/noprompt",
        "(objectClass=group)",
        "sAMAccountName",
    ]
    listings = [
        tool("ldapsearch", *connection, *sign_in, *query)
        for connection in (["-H", estate.ldap], ["-H", estate.ldap, "-ZZ"], ["-H", estate.ldaps])
    ]
    assert len({re.sub("cookie=.*", "", listing) for listing in listings}) == 1
    groups = re.findall("^sAMAccountName: (.*)$", listings[0], re.M)
    assert len(groups) == len(set(groups)) > 20 and {"Domain Admins", "Field Sales"} <= set(groups)
    assert listings[0].count("pagedresults: cookie=") > 5
    assert "# refldap://corp.contoso.com/CN=Configuration,DC=corp,DC=contoso,DC=com" in listings[0]


def test_attributes_that_are_made_when_asked_for(estate, tool, admin):
    found = tool(
        "ldapsearch", *admin, "-LLL", "-b", ALICE, "-s", "base", "canonicalName", "memberOf", "msDS-PrincipalName"
    )
    assert "canonicalName: corp.contoso.com/Staff/Alice Abara" in found
    assert "memberOf: CN=Field Sales,OU=Staff,DC=corp,DC=contoso,DC=com" in found.replace("\n ", "")
    assert "msDS-PrincipalName: CORP\\alice.abara" in found
    by_rule = "(memberOf:1.2.840.113556.1.4.1941:=CN=Field Sales,OU=Staff,DC=corp,DC=contoso,DC=com)"
    assert tool("ldapsearch", *admin, "-LLL", "-b", estate.base_dn, by_rule, "1.1").count("dn: ") == 1
    assert "dn: " + ALICE in tool("ldapsearch", *admin, "-LLL", "-b", estate.base_dn, "(anr=abara)", "1.1")


def test_binds_and_their_failures(estate, tool):
    def who(*options, code=0):
        return tool("ldapwhoami", "-H", estate.ldap, *options, code=code)

    for name in [ALICE, "CORP\\alice.abara", "alice.abara@corp.contoso.com"]:
        assert who("-x", "-D", name, "-w", "Passw0rd!23") == "u:CORP\\alice.abara\n"
    assert "data 52e," in who("-x", "-D", ALICE, "-w", "wrong", code=49)
    assert "data 525," in who("-x", "-D", "CORP\\nobody", "-w", "wrong", code=49)
    assert "a successful bind must be completed" in tool(
        "ldapsearch", "-H", estate.ldap, "-x", "-b", estate.base_dn, code=1
    )
    offered = tool("ldapsearch", "-H", estate.ldap, "-x", "-b", "", "-s", "base", "-LLL", "supportedSASLMechanisms")
    assert re.findall("Mechanisms: (.*)", offered) == ["GSS-SPNEGO", "EXTERNAL"]
    refused = who("-Y", "DIGEST-MD5", "-U", "alice.abara", "-w", "Passw0rd!23", code=7)
    assert "00002027: LdapErr" in refused and "Invalid Authentication method" in refused


def test_add_change_compare_rename_delete(estate, tool, admin):
    dn = "CN=LAP-1,CN=Computers,DC=corp,DC=contoso,DC=com"
    computer = f"dn: {dn}\nobjectClass: computer\nsAMAccountName: LAP-1$\nuserAccountControl: 4096\n"
    assert f'adding new entry "{dn}"' in tool("ldapadd", *admin, stdin=computer)
    assert "00002071: UpdErr" in tool("ldapadd", *admin, stdin=computer, code=68)
    change = (
        f"dn: {dn}\nchangetype: modify\nadd: description\ndescription: first\n-\nreplace: location\nlocation: Berlin\n"
    )
    tool("ldapmodify", *admin, stdin=change)
    assert "TRUE" in tool("ldapcompare", *admin, dn, "description:FIRST", code=6)
    assert "FALSE" in tool("ldapcompare", *admin, dn, "description:second", code=5)
    tool("ldapmodrdn", *admin, "-r", "-s", "OU=Autopilot,DC=corp,DC=contoso,DC=com", dn, "CN=LAP-2")
    moved = "CN=LAP-2,OU=Autopilot,DC=corp,DC=contoso,DC=com"
    found = tool("ldapsearch", *admin, "-LLL", "-b", estate.base_dn, "(sAMAccountName=LAP-1$)", "location", "name")
    assert f"dn: {moved}\n" in found and "location: Berlin\n" in found and "name: LAP-2\n" in found
    tool("ldapdelete", *admin, moved)
    assert "0000208D: NameErr" in tool("ldapdelete", *admin, moved, code=32)
    tombs = tool(
        "ldapsearch",
        *admin,
        "-LLL",
        "-E",
        "!1.2.840.113556.1.4.417",
        "-b",
        estate.base_dn,
        "(isDeleted=TRUE)",
        "lastKnownParent",
    )
    assert "lastKnownParent: OU=Autopilot,DC=corp,DC=contoso,DC=com" in tombs.replace("\n ", "")


def test_passwords_change_within_tls_only(estate, tool, admin):
    def quoted(password):
        return base64.b64encode(f'"{password}"'.encode("utf-16-le")).decode()

    alice = ["-x", "-D", ALICE, "-w", "Passw0rd!23"]
    change = f"dn: {ALICE}\nchangetype: modify\ndelete: unicodePwd\nunicodePwd:: {quoted('Passw0rd!23')}\n-\nadd: unicodePwd\nunicodePwd:: {quoted('N3w.Passw0rd')}\n"
    assert "0000001F: SvcErr" in tool("ldapmodify", "-H", estate.ldap, *alice, stdin=change, code=53)
    estate.advance(by="25h")  # the minimum password age
    tool("ldapmodify", "-H", estate.ldap, "-ZZ", *alice, stdin=change)
    tool("ldapwhoami", "-H", estate.ldap, "-x", "-D", ALICE, "-w", "N3w.Passw0rd")
    # The operation of RFC 3062 is none of Active Directory's.
    assert "Protocol error" in tool("ldappasswd", *admin, "-s", "Oth3r.Passw0rd", ALICE, code=1)


def test_what_clients_change_is_in_the_trace_without_passwords(estate, tool, admin):
    tool("ldapwhoami", "-H", estate.ldap, "-x", "-D", ALICE, "-w", "Wr0ng.Passw0rd!", code=49)
    trace = str(estate.ask("GET", "/trace?limit=10000"))
    assert "bind_refused" in trace and "Wr0ng" not in trace and "Passw0rd" not in trace
