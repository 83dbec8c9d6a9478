"""Users sign in with MSAL for Python: by password, by device code and by authorization code, and come back silently."""

import os
import re
import urllib.parse

import msal
import requests

TOOL = os.environ["TENANTSIM_CLIENT_ID"]
USER, PASSWORD = "bob@contoso.com", "Battery.Staple1"
SCOPES = ["User.Read"]
AUTHORITY = "https://login.microsoftonline.com/contoso.com"


def application():
    return msal.PublicClientApplication(TOOL, authority=AUTHORITY)


def me(token):
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    return requests.get("https://graph.microsoft.com/v1.0/me", headers=headers, timeout=60).json()["userPrincipalName"]


app = application()
print("password", me(app.acquire_token_by_username_password(USER, PASSWORD, SCOPES)))
account = app.get_accounts()[0]
print("cached", me(app.acquire_token_silent(SCOPES, account)))
print("refreshed", me(app.acquire_token_silent(SCOPES, account, force_refresh=True)))
wrong = application().acquire_token_by_username_password(USER, "wrong", SCOPES)
print("wrong", wrong["error"], wrong["error_codes"])

app = application()
flow = app.initiate_device_flow(SCOPES)
typed = {"otc": flow["user_code"], "username": USER, "password": PASSWORD}
page = requests.get(flow["verification_uri"], timeout=60)
requests.post(page.url, data=typed, timeout=60).raise_for_status()
print("device code", me(app.acquire_token_by_device_flow(flow)))

app = application()
flow = app.initiate_auth_code_flow(SCOPES, redirect_uri="http://localhost:5000")
page = requests.get(flow["auth_uri"], timeout=60)
action = re.search(r'action="([^"]+)"', page.text).group(1).replace("&amp;", "&")
form = {"username": USER, "password": PASSWORD}
back = requests.post(urllib.parse.urljoin(page.url, action), data=form, timeout=60, allow_redirects=False)
answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back.headers["Location"]).query))
print("code", me(app.acquire_token_by_auth_code_flow(flow, answer)))

secret = msal.ConfidentialClientApplication(TOOL, client_credential="not it", authority=AUTHORITY)
refused = secret.acquire_token_for_client(["https://graph.microsoft.com/.default"])
print("secret", refused["error"], refused["error_codes"])
