"""Microsoft's own libraries, unmodified and with the addresses of the real service, through `tenantsim exec`."""

import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent
PATIENCE = 300


def run(tmp_path, *tool):
    """What a tool says that runs against a tenant of its own."""
    state = pathlib.Path(os.environ["CLIENTS_STATE"])
    command = [os.environ["TENANTSIM"], "exec", "--state", str(state), str(HERE / "estate.yaml"), "--", *tool]
    home = {"HOME": str(tmp_path), "LANG": "C.UTF-8", "PATH": os.environ["PATH"], "TZ": "UTC"}
    done = subprocess.run(
        command,
        env=home | {"NODE_PATH": os.environ["CLIENTS_NODE"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=PATIENCE,
        text=True,
    )
    assert done.returncode == 0, f"{tool} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout.splitlines()


def test_an_administrators_day_with_the_sdk_for_python(tmp_path):
    assert run(tmp_path, os.environ["CLIENTS_PYTHON"], str(HERE / "admin_day.py")) == [
        "tenant contoso.com True",
        "imported SDK-0001 unknown",
        "imported SDK-0002 unknown",
        "made Berlin laptops Hybrid",
        "registered ['Berlin', 'Berlin']",
        "assigned 2",
        "anchors 2 members ['Device', 'Device']",
        "gone 404 Request_ResourceNotFound",
        "not allowed 403 Authorization_RequestDenied",
    ]


def test_an_administrators_day_with_the_libraries_for_javascript(tmp_path):
    # Modules are looked for beside the program that imports them.
    program = pathlib.Path(os.environ["CLIENTS_NODE"]).parent / "admin_day.mjs"
    program.write_text((HERE / "admin_day.mjs").read_text())
    assert run(tmp_path, "node", str(program)) == [
        "imported JS-0001",
        "made Hamburg laptops Hybrid",
        "assigned assignedUnkownSyncState",
        "members 1 #microsoft.graph.device",
        "gone 404 Request_ResourceNotFound",
    ]


def test_users_sign_in_with_msal(tmp_path):
    assert run(tmp_path, os.environ["CLIENTS_PYTHON"], str(HERE / "sign_in.py")) == [
        "password bob@contoso.com",
        "cached bob@contoso.com",
        "refreshed bob@contoso.com",
        "wrong invalid_grant [50126]",
        "device code bob@contoso.com",
        "code bob@contoso.com",
        "secret invalid_client [7000215]",
    ]
