"""An administrator finds the missing delegation and mends it with samba-tool, while the clock stands still."""

import pytest
from conftest import HERE

ACES = (
    "(OA;CI;CCDC;bf967a86-0de6-11d0-a285-00aa003049e2;;{sid})"
    "(OA;CIIO;CCDCLCSWRPWPDTLOCRSDRCWDWO;;bf967a86-0de6-11d0-a285-00aa003049e2;{sid})"
)


@pytest.fixture
def estate(simulate):
    return simulate(HERE / "delegation.yaml")


def test_waiting_devices_join_once_the_delegation_is_there(estate, tool):
    url = ["-H", estate.ldaps, f"--simple-bind-dn={estate.admin_dn}", f"--password={estate.admin_password}"]
    laptops = [f"laptop{n}" for n in (1, 2, 3)]
    estate.advance(by="1h")
    for _ in range(60):
        if "30132" in str(estate.server_log("SRV-ODJ01")):
            break
        estate.advance(by="15s")
    log = str(estate.server_log("SRV-ODJ01"))
    assert "30132" in log and "30130" not in log, "the connector has tried, and was refused"

    found = tool("ldbsearch", *url, "-b", estate.base_dn, "(sAMAccountName=SRV-ODJ01$)", "objectSid")
    sid = found.split("objectSid: ")[1].split()[0]
    ou = "--objectdn=OU=Autopilot,DC=corp,DC=contoso,DC=com"
    assert sid not in tool("samba-tool", "dsacl", "get", ou, *url)
    tool("samba-tool", "dsacl", "set", ou, f"--sddl={ACES.format(sid=sid)}", *url)
    assert tool("samba-tool", "dsacl", "get", ou, *url).count(sid) == 2

    assert tool("samba-tool", "ou", "listobjects", "OU=Autopilot", *url).count("CN=LAP-") == 0
    estate.advance(until="settled")
    assert tool("samba-tool", "ou", "listobjects", "OU=Autopilot", *url).count("CN=LAP-") == 3
    for laptop in laptops:
        assert estate.device(laptop)["screen"]["page"] == "desktop", laptop


def test_they_fail_without_it(estate):
    estate.advance(until="settled")
    for n in (1, 2, 3):
        assert "80070774" in str(estate.device(f"laptop{n}")["screen"])
