"""Samba's readers of offline domain join blobs: ndrdump and `net offlinejoin`."""

import itertools
import pathlib
import struct
import urllib.request

import pytest
from simulator import PATIENCE, Tool

QUICKSTART = pathlib.Path(__file__).parents[3] / "scenarios" / "quickstart.yaml"
LAPTOP = "PFEG0D9P"


@pytest.fixture
def estate(simulate):
    """Twelve laptops, at the moment at which the first has its blob and has not joined yet."""
    simulator = simulate(QUICKSTART)
    simulator.advance(by="1h8m")
    return simulator


@pytest.fixture
def blob(estate):
    """The blob of a laptop, in one of its formats."""

    def get(form):
        url = f"{estate.control}/odj/{LAPTOP}?format={form}"
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return answer.read()

    return get


def strings(octets, at):
    """The strings of a blob from an offset on, as readers with fixed offsets find them."""
    while True:
        most, first, length = struct.unpack_from("<3I", octets, at)
        assert first == 0 and length <= most
        at += 12
        yield octets[at : at + 2 * length].decode("utf-16le").rstrip("\0")
        at = (at + 2 * length + 3) // 4 * 4


def test_ndrdump_reads_it(blob, tmp_path):
    (tmp_path / "blob").write_bytes(blob("binary"))
    structure = "ODJ_PROVISION_DATA_serialized_ptr"
    shown = Tool(tmp_path)("ndrdump", "--validate", "ODJ", structure, "struct", "blob")
    shown = [" ".join(line.split()) for line in shown.splitlines()]
    for line in [
        "pull returned Success",
        "ulcBlobs : 0x00000002 (2)",
        "lpDomain : 'corp.contoso.com'",
        r"dc_unc : '\\DC01.corp.contoso.com'",
        "cParts : 0x00000003 (3)",
        "dump OK",
    ]:
        assert line in shown


def test_net_joins_with_it_and_its_password_is_right(blob, estate, tmp_path):
    domain, computer, password = itertools.islice(strings(blob("binary"), 0xC0), 3)
    (tmp_path / "djoin.txt").write_bytes(blob("djoin"))
    folders = "".join(f"{name} = {tmp_path}\n" for name in ["private dir", "lock directory", "state directory", "cache directory"])
    names = f"netbios name = {computer}\nworkgroup = CORP\nrealm = {domain}\nsecurity = ads\n"
    (tmp_path / "smb.conf").write_text(f"[global]\n{names}{folders}")
    conf = f"--configfile={tmp_path / 'smb.conf'}"
    net = Tool(tmp_path, LDAPNOINIT="1")
    assert "Successfully requested Offline Domain Join" in net("net", "offlinejoin", "requestodj", "loadfile=djoin.txt", conf)
    sid = next(line for line in net("net", "getdomainsid", conf).splitlines() if "domain CORP" in line).split()[-1]
    admin = ["-D", estate.admin_dn, "-w", estate.admin_password]
    found = net("ldapsearch", "-LLL", "-H", estate.ldap, *admin, "-x", "-b", estate.base_dn, f"(cn={computer})", "objectSid")
    assert f"CN={computer},CN=Computers," in found and sid.startswith("S-1-5-21-")
    me = net("ldapwhoami", "-x", "-H", estate.ldap, "-D", f"CORP\\{computer}$", "-w", password)
    assert computer in me
