//! The few pages that a person meets: signing in, confirming a device, and what came of it.

use maud::{DOCTYPE, Markup, html};
use sim_graph::sign_in::Redirect;

const STYLE: &str = "body{font-family:'Segoe UI',system-ui,sans-serif;background:#f2f2f2;color:#1b1b1b}\
main{max-width:26em;margin:12vh auto;padding:2.5em;background:#fff;box-shadow:0 2px 6px rgba(0,0,0,.2)}\
h1{font-size:1.4em;font-weight:600;margin:0 0 1em}label{display:block;margin:.8em 0}\
input:not([type=checkbox]){display:block;width:100%;box-sizing:border-box;padding:.5em;font-size:1em}\
button{padding:.5em 1.6em;margin:1em .6em 0 0;font-size:1em}.wrong{color:#c50f1f}small{color:#616161}";

fn page(title: &str, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body { main { (content) } }
        }
    };
    page.into_string()
}

/// What the page for signing in shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct SignInPage<'a> {
    /// Where the form goes.
    pub action: &'a str,
    /// Who wants the user to sign in.
    pub client: &'a str,
    /// The name to begin with.
    pub user: &'a str,
    /// The code of the device that is confirmed, if it is about one; empty for one to be typed.
    pub device: Option<&'a str>,
    /// What was wrong with what was typed before.
    pub wrong: Option<&'a str>,
}

pub(super) fn sign_in(shown: &SignInPage<'_>) -> String {
    let title = if shown.device.is_some() { "Enter code to allow access" } else { "Sign in to your account" };
    page(
        title,
        &html! {
            h1 { (title) }
            @if !shown.client.is_empty() { p { "to continue to " b { (shown.client) } } }
            @if let Some(wrong) = shown.wrong { p.wrong { (wrong) } }
            form method="post" action=(shown.action) {
                @if let Some(code) = shown.device {
                    label { "Code" input name="otc" value=(code) autocomplete="off" autofocus; }
                }
                label { "User name" input name="username" value=(shown.user) placeholder="someone@contoso.com" autocomplete="username"; }
                label { "Password" input name="password" type="password" autocomplete="current-password"; }
                label { input type="checkbox" name="second_factor" value="1"; " Approve the request with a second factor" }
                button type="submit" { "Sign in" }
                button type="submit" name="cancel" value="1" { "Cancel" }
            }
            p { small { "This is tenantsim, not Microsoft." } }
        },
    )
}

/// A page that says something.
pub(super) fn message(title: &str, text: &str) -> String {
    page(title, &html! { h1 { (title) } p { (text) } })
}

/// A page that sends the user on by itself.
pub(super) fn post(redirect: &Redirect) -> String {
    let (uri, fields) = match redirect {
        Redirect::To(uri) => (uri, &[][..]),
        Redirect::Post { uri, fields } => (uri, fields.as_slice()),
    };
    page(
        "Working...",
        &html! {
            form method="post" action=(uri) {
                @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                noscript { p { "Script is disabled. Click Submit to continue." } button type="submit" { "Submit" } }
            }
            script { "document.forms[0].submit();" }
        },
    )
}
