import pathlib
import subprocess
import time

import pytest
from simulator import PATIENCE, Tool

HERE = pathlib.Path(__file__).parent

SMB_CONF = """\
[global]
workgroup = CORP
realm = CORP.CONTOSO.COM
tls cafile = {ca}
tls verify peer = ca_only
private dir = {folder}
lock directory = {folder}
state directory = {folder}
cache directory = {folder}
"""


@pytest.fixture
def estate(simulate):
    """The domain corp.contoso.com with some staff and groups."""
    return simulate(HERE / "estate.yaml")


@pytest.fixture
def tool(tmp_path, estate):
    """Runs programs that trust the simulator's test CA."""
    folder = tmp_path / "home"
    folder.mkdir()
    conf = folder / "smb.conf"
    conf.write_text(SMB_CONF.format(ca=estate.ca_file, folder=folder))
    return Tool(folder, LDAPTLS_CACERT=estate.ca_file, SMB_CONF_PATH=str(conf), KRB5CCNAME="MEMORY:")


@pytest.fixture
def names(estate, tmp_path):
    """A name server that knows where the domain's controllers are, as that of the domain would."""
    domain, at = "corp.contoso.com", estate.address
    hosts = {f"{controller['name'].lower()}.{domain}" for controller in estate.controllers}
    records = [f"--address=/{domain}/{at}"]
    for service, port in [
        ("_ldap._tcp.dc", 389),
        ("_ldap._tcp.pdc", 389),
        ("_ldap._tcp.gc", 3268),
        ("_kerberos._tcp.dc", 88),
    ]:
        records += [f"--srv-host={service}._msdcs.{domain},{host},{port}" for host in sorted(hosts)]
    log = open(tmp_path / "dnsmasq.log", "w", encoding="utf-8")
    options = [
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--pid-file=",
        "--no-resolv",
        "--no-hosts",
        "--user=root",
    ]
    listen = ["--bind-interfaces", f"--listen-address={at}", "--log-facility=-", "--port=53"]
    server = subprocess.Popen(["dnsmasq", *options, *listen, *records], stdout=log, stderr=log)
    began = time.monotonic()
    while "started" not in (text := (tmp_path / "dnsmasq.log").read_text()):
        assert server.poll() is None and time.monotonic() - began < PATIENCE, f"dnsmasq is not ready: {text}"
        time.sleep(0.01)
    yield at
    server.terminate()
    server.wait(PATIENCE)
    log.close()
