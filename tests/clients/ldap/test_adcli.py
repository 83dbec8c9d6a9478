"""adcli, as far as it goes without Kerberos."""


def test_info(estate, tool):
    shown = tool("adcli", "info", "--verbose", f"--domain-controller={estate.address}", "corp.contoso.com")
    for line in [
        "domain-name = corp.contoso.com",
        "domain-short = CORP",
        "domain-forest = corp.contoso.com",
        "domain-controller = DC01.corp.contoso.com",
        "domain-controller-site = Default-First-Site-Name",
        "domain-controller-usable = yes",
    ]:
        assert line in shown
    flags = shown.split("domain-controller-flags = ")[1].splitlines()[0].split()
    assert {"pdc", "gc", "ldap", "ds", "kdc", "closest", "writable"} <= set(flags)
    assert "Received NetLogon info from: DC01.corp.contoso.com" in shown
