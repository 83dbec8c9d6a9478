"""BloodHound's collector in Python. It looks for the controller by name, so it gets a name server."""

import json


def test_collect(estate, names, tool):
    sign_in = ["-d", "corp.contoso.com", "-u", "alice.abara", "-p", "Passw0rd!23", "--auth-method", "ntlm"]
    where = ["-ns", names, "--disable-autogc"]
    said = tool("bloodhound-python", *sign_in, *where, "-c", "DCOnly", "-op", "out")
    assert "Found AD domain: corp.contoso.com" in said and "Found 3 computers" in said and "Found 0 trusts" in said

    def collected(what):
        (file,) = tool.folder.glob(f"out_*_{what}.json")
        return {entry["Properties"]["name"]: entry for entry in json.loads(file.read_text())["data"]}

    spare = collected("computers")["PC-SPARE.CORP.CONTOSO.COM"]
    assert spare["Properties"]["operatingsystem"].startswith("Windows 11 Pro")
    assert {"Owns", "GenericAll"} <= {ace["RightName"] for ace in spare["Aces"]}
    sales = collected("groups")["FIELD SALES@CORP.CONTOSO.COM"]
    alice = collected("users")["ALICE.ABARA@CORP.CONTOSO.COM"]
    assert [member["ObjectIdentifier"] for member in sales["Members"]] == [alice["ObjectIdentifier"]]
    assert {"STAFF@CORP.CONTOSO.COM", "AUTOPILOT@CORP.CONTOSO.COM"} <= set(collected("ous"))
    assert collected("domains")["CORP.CONTOSO.COM"]["Properties"]["functionallevel"] == "2016"
