//! What devices and servers record, and the reasons that their rules give.

use sim_core::Kind;
use sim_core::trace::Level::{Detail, Failed, Told};

macro_rules! kinds {
    ($( $name:ident: $level:ident = $text:expr; )*) => {
        $( #[doc = concat!("`", $text, "`")] pub static $name: Kind = Kind::new(stringify!($name), $level, $text); )*
    };
}

kinds! {
    POWERED_ON: Told = "powered on at {0}";
    ONLINE: Detail = "reached the internet";
    NO_NETWORK: Failed = "waits for a network: {why}";
    PROFILE_READ: Told = "downloaded deployment profile {0}";
    CONSUMER_OOBE: Failed = "shows the ordinary set-up: {why}";
    SIGNED_IN: Told = "{0} signed in";
    NOBODY_SIGNS_IN: Failed = "stays at the sign-in page: {why}";
    OOBE_FAILED: Failed = "failed with {0}: {why}";
    BLOB_APPLIED: Told = "applied the offline domain join blob and is {0} in {1}";
    DC_ANSWERED: Detail = "a domain controller answered the ping";
    DC_SILENT: Detail = "no domain controller answered the ping";
    DC_SKIPPED: Detail = "does not look for a domain controller: the profile skips the check";
    RESTARTED: Told = "restarted as a member of the domain";
    DEVICE_PHASE_DONE: Told = "finished the device phase of the enrollment status page";
    ESP_PHASE: Detail = "enrollment status page: {0} begins with {1} items";
    ESP_OPEN: Detail = "the enrollment status page still waited for {0} ({1})";
    CONFIGURED: Detail = "received {0} {1}";
    APP_INSTALLED: Told = "installed {0}";
    APP_FAILED: Failed = "app {0} failed with {1}: {why}";
    APP_WAITS: Detail = "app {0} met another installation and waits, {1}";
    APP_RESTARTS: Told = "restarted by the installer of {0}";
    APP_NOT_APPLICABLE: Detail = "app {0} is not applicable before build {1}";
    SETUP_RESTART: Told = "restarts at the end of device setup";
    PRESSED: Told = "somebody pressed \u{201c}{0}\u{201d}";
    AD_SIGN_IN: Told = "{0} signed in to the domain";
    AD_SIGN_IN_REFUSED: Failed = "sign-in to the domain failed with {0}: {why}";
    REGISTRATION_WAITS: Detail = "registration failed with {0}: {why}";
    USER_PHASE_WAITS: Detail = "the user phase waits for hybrid registration";
    DESKTOP: Told = "reached the desktop, {0} after power-on";
    RESET: Told = "reset to OOBE";
    REBOOTED: Told = "restarted, as asked";
    REFRESHED: Told = "set up Windows anew under its enrolment ({0})";
    LEFT_MANAGEMENT: Told = "left the management of Intune";
    HASH_ASKED: Detail = "checked in with Intune";
    ODJ_CREATED: Detail = "made the offline domain join blob of {1} for computer {0}";
    ODJ_REFUSED: Detail = "attempt {1} of the offline domain join request of {0} failed with {2}: {why}";
    CONNECTOR_INSTALLED: Told = "installed the Intune connector, and its wizard signed in";
    CONNECTOR_CROWDED: Detail = "runs other connectors of Intune, too: a server of its own is recommended";
    SETUP_REFUSED: Failed = "{0} refused: {why}";
    SERVER_STOPPED: Told = "stopped";
    SERVER_STARTED: Told = "started";
    SYNC_STARTED: Detail = "started a cycle";
    SYNC_EXPORTED: Told = "exported {0} changes";

    WHY_OFFLINE: Detail = "there is no way to the internet from {0}";
    WHY_NOT_REGISTERED: Detail = "the device is not registered with Windows Autopilot (807)";
    WHY_NO_PROFILE: Detail = "no deployment profile is assigned (815)";
    WHY_PAST_OOBE: Detail = "the device is past OOBE; only a reset brings it back";
    WHY_NO_USER: Detail = "nobody is there to sign in";
    WHY_USER_UNKNOWN: Detail = "the account is not known to the tenant";
    WHY_OLD_BUILD: Detail = "the build is older than Windows 10 1809 and knows no hybrid join";
    WHY_NO_BLOB: Detail = "no offline domain join blob within {1}";
    WHY_NO_DC: Detail = "no domain controller answered within {1}";
    WHY_NO_LOGON_SERVER: Detail = "no domain controller can be reached from {1}";
    WHY_NO_DOMAIN_ACCOUNT: Detail = "the user has no account in the domain";
    WHY_ENROLMENT: Detail = "enrolment was refused";
    WHY_ESP_TIMEOUT: Detail = "the enrollment status page ran out of time after {1}";
    WHY_APP: Detail = "a required app failed";
    WHY_RETURNED: Detail = "its installer returned {2}";
    WHY_NOT_DETECTED: Detail = "installed, and its detection rule does not find it";
    WHY_HANGS: Detail = "its installer waits for somebody at the screen";
    WHY_BUSY: Detail = "another installation was under way at every try";
    WHY_OLD_SERVER: Detail = "the connector needs Windows Server 2016 or later";
    WHY_OLD_DOTNET: Detail = "the connector needs .NET Framework 4.7.2 or later";
    WHY_BROWSER_SECURITY: Detail = "Internet Explorer Enhanced Security Configuration blocks the sign-in window";
    WHY_SERVER_OFFLINE: Detail = "the endpoints of Intune cannot be reached from the server";
    WHY_NOT_ADMINISTRATOR: Detail = "who signs in is neither an Intune nor a global administrator";
    WHY_ADMINISTRATOR_UNLICENSED: Detail = "who signs in has no Intune licence";
    WHY_NO_SERVICE_ACCOUNT: Detail = "who installs may not create a managed service account";
    WHY_LOG_ON_AS_SERVICE: Detail = "the account may not log on as a service";
    WHY_NOT_DOMAIN_USER: Detail = "the account is not a member of Domain Users";
    WHY_NOT_LOCAL_ADMINISTRATOR: Detail = "the account is not a member of the local Administrators";
    WHY_SERVICE_PROXY: Detail = "the configuration of the service does not know the proxy";
    WHY_CERTIFICATE: Detail = "the certificate of the connector has expired, or there is none";
    WHY_NOT_SYNCED: Detail = "the directory has not synchronised the device object yet";
    WHY_NO_SCP: Detail = "the service connection point is missing";
    WHY_TRUST: Detail = "the computer account is not known to the domain controller";
    WHY_REFUSED: Detail = "{3}";
}
