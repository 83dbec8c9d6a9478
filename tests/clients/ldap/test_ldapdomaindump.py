"""ldapdomaindump: everything about a domain, as web pages and JSON."""

import json


def test_dump(estate, tool):
    sign_in = ["-u", "CORP\\alice.abara", "-p", "Passw0rd!23"]
    for kind, out in [("NTLM", "by-ntlm"), ("SIMPLE", "by-password")]:
        said = tool("ldapdomaindump", *sign_in, "-at", kind, "-o", out, estate.address)
        assert "Bind OK" in said and "Domain dump finished" in said

    def dumped(what):
        return json.loads((tool.folder / "by-ntlm" / f"domain_{what}.json").read_text())

    people = {entry["attributes"]["sAMAccountName"][0]: entry["attributes"] for entry in dumped("users")}
    assert people["alice.abara"]["memberOf"] == ["CN=Field Sales,OU=Staff,DC=corp,DC=contoso,DC=com"]
    assert {entry["attributes"]["cn"][0] for entry in dumped("computers")} == {"DC01", "SRV-ODJ01", "PC-SPARE"}
    assert dumped("policy")[0]["attributes"]["ms-DS-MachineAccountQuota"] == [2]
    assert dumped("trusts") == []
    page = (tool.folder / "by-password" / "domain_computers_by_os.html").read_text()
    assert "Windows 11 Pro" in page
