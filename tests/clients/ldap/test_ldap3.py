"""ldap3, the Python library under many tools."""

import ssl

import ldap3
import pytest
from ldap3 import ALL, MODIFY_REPLACE, NTLM, SASL, Connection, Server, Tls
from ldap3.extend.microsoft.addMembersToGroups import ad_add_members_to_groups

COMPUTER = "CN=LAP-1,CN=Computers,DC=corp,DC=contoso,DC=com"


@pytest.fixture
def connect(estate):
    """Connections of several kinds."""
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=estate.ca_file, valid_names=["localhost", estate.address])

    def open(secure=False, **options):
        server = Server(estate.address, port=636 if secure else 389, use_ssl=secure, tls=tls, get_info=ALL)
        return Connection(server, **options)

    return open


def test_schema_and_root_dse(connect, estate):
    anybody = connect()
    assert anybody.bind() and anybody.server.info.other["defaultNamingContext"] == [estate.base_dn]
    connection = connect(user=estate.admin_dn, password=estate.admin_password)
    assert connection.bind()
    schema = connection.server.schema
    assert schema.object_classes["computer"].superior == ["user"]
    assert schema.attribute_types["member"].single_value is False
    assert schema.attribute_types["objectSid"].single_value is True


def test_binds(connect, estate):
    administrator = {"user": "CORP\\Administrator", "password": estate.admin_password}
    for secure in (False, True):
        connection = connect(secure, authentication=NTLM, **administrator)
        assert connection.bind(), connection.result
        assert connection.extend.standard.who_am_i() == "u:CORP\\Administrator"
        assert connect(secure, **administrator).bind()
        wrong = connect(secure, authentication=NTLM, user="CORP\\Administrator", password="wrong")
        assert not wrong.bind() and wrong.result["result"] == 49
    plain = connect(**administrator)
    plain.open()
    assert plain.start_tls() and plain.bind() and plain.rebind(user="CORP\\alice.abara", password="Passw0rd!23")
    assert plain.extend.standard.who_am_i() == "u:CORP\\alice.abara"
    external = connect(True, authentication=SASL, sasl_mechanism=ldap3.EXTERNAL, sasl_credentials="")
    assert not external.bind(), "there is no certificate to go by"


def test_a_computer_lives(connect, estate):
    connection = connect(True, user=estate.admin_dn, password=estate.admin_password, raise_exceptions=True)
    connection.bind()
    password = '"Mach1ne.Passw0rd"'.encode("utf-16-le")
    names = ["HOST/LAP-1", "HOST/LAP-1.corp.contoso.com"]
    account = {"sAMAccountName": "LAP-1$", "userAccountControl": 4096, "unicodePwd": password}
    connection.add(
        COMPUTER, ["computer"], account | {"servicePrincipalName": names, "dNSHostName": "LAP-1.corp.contoso.com"}
    )
    machine = connect(user="CORP\\LAP-1$", password="Mach1ne.Passw0rd", authentication=NTLM)
    assert machine.bind()
    assert machine.modify(COMPUTER, {"operatingSystem": [(MODIFY_REPLACE, ["Windows 11 Pro"])]}) is False
    assert machine.result["description"] == "insufficientAccessRights"
    connection.modify(COMPUTER, {"description": [(MODIFY_REPLACE, ["first"])]})
    ad_add_members_to_groups(connection, COMPUTER, "CN=Field Sales,OU=Staff,DC=corp,DC=contoso,DC=com", fix=True)
    connection.search(estate.base_dn, "(servicePrincipalName=host/lap-1)", attributes=ldap3.ALL_ATTRIBUTES)
    (entry,) = connection.entries
    assert entry.description == "first" and entry.userAccountControl.value == 4096
    assert entry.memberOf.value == "CN=Field Sales,OU=Staff,DC=corp,DC=contoso,DC=com"
    assert entry.whenCreated.value.year == 2022, "the time is that of the simulation"
    connection.modify_dn(COMPUTER, "CN=LAP-1", new_superior="OU=Autopilot,DC=corp,DC=contoso,DC=com")
    connection.delete(COMPUTER.replace("CN=Computers", "OU=Autopilot"))
    connection.search(estate.base_dn, "(sAMAccountName=LAP-1$)")
    assert connection.entries == []


def test_pages_and_microsofts_extensions(connect, estate):
    connection = connect(True, user=estate.admin_dn, password=estate.admin_password)
    connection.bind()
    found = connection.extend.standard.paged_search(estate.base_dn, "(objectClass=*)", paged_size=7, generator=False)
    names = [entry["dn"] for entry in found if entry["type"] == "searchResEntry"]
    assert len(names) == len(set(names)) > 50
    bora = "CN=Bora Quint,OU=Staff,DC=corp,DC=contoso,DC=com"
    assert connection.extend.microsoft.modify_password(bora, "N3w.Passw0rd")
    assert connect(user=bora, password="N3w.Passw0rd").bind()
    sync = connection.extend.microsoft.dir_sync(estate.base_dn, "(objectClass=user)", attributes=["sAMAccountName"])
    assert any(entry.get("attributes", {}).get("sAMAccountName") == "bora.quint" for entry in sync.loop())
    connection.modify(bora, {"description": [(MODIFY_REPLACE, ["seen"])]})
    changed = [entry for entry in sync.loop() if entry["type"] == "searchResEntry"]
    assert len(changed) <= 1, "only what has changed"


def test_the_abstraction_layer(connect, estate):
    connection = connect(user=estate.admin_dn, password=estate.admin_password)
    connection.bind()
    people = ldap3.Reader(connection, ldap3.ObjectDef(["user"], connection), estate.base_dn, "(mail=*@contoso.com)")
    assert {entry.displayName.value for entry in people.search()} == {"Alice Abara", "Bora Quint"}
    writer = ldap3.Writer.from_cursor(people)
    writer.entries[0].department = "Field Sales"
    writer.commit()
    connection.search(estate.base_dn, "(department=field sales)")
    assert [entry.entry_dn for entry in connection.entries] == [writer.entries[0].entry_dn]
