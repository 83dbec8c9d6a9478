//! Every number and switch that stands for a device, a connector server, Entra Connect or a network.

use sim_core::SimDuration;

sim_core::knobs! {
    /// The knobs of what acts in between.
    pub struct DeviceKnobs {
        /// From power-on to a working network in OOBE: region, keyboard, Wi-Fi.
        oobe_network: SimDuration = SimDuration::from_mins(3), Assumed, "1 to 10 minutes at the bench";
        /// The look-up of the deployment profile.
        profile_lookup: SimDuration = SimDuration::from_secs(30), Observed, "1 to 3 minutes in field reports, seconds at best";
        /// From the branded sign-in page to the user's token, MFA included.
        sign_in: SimDuration = SimDuration::from_mins(2), Observed, "2 to 5 minutes until the status page in field reports";
        /// Enrolment in MDM.
        enroll: SimDuration = SimDuration::from_mins(1), Assumed, "20 seconds to 3 minutes";
        /// How often a device in OOBE checks in while it waits for its domain join.
        oobe_check_in: SimDuration = SimDuration::from_mins(1), Assumed, "almost continuous; not published";
        /// From enrolment to the first check-in.
        first_check_in: SimDuration = SimDuration::from_secs(30), Assumed, "10 seconds to 3 minutes; the policy list arrives with the first or second session";
        /// How long a device waits for its offline domain join and, unless the check is skipped, for a domain controller. Counted from enrolment.
        odj_wait: SimDuration = SimDuration::from_mins(30), Assumed, "no document gives a number; field values 25 to 30 minutes";
        /// From the arrival of the blob to its application.
        blob_apply: SimDuration = SimDuration::from_secs(20), Assumed, "seconds";
        /// One look for a domain controller: DNS, then ping.
        dc_ping: SimDuration = SimDuration::from_secs(5), Assumed, "1 second to 5 seconds when it answers";
        /// How often the device tries again to find a domain controller.
        dc_ping_retry: SimDuration = SimDuration::from_mins(1), Assumed, "not published";
        /// A restart.
        restart: SimDuration = SimDuration::from_mins(2), Assumed, "1 to 4 minutes";
        /// Device preparation of the enrollment status page: the Intune management extension is installed.
        esp_preparation: SimDuration = SimDuration::from_mins(2), Assumed, "part of the 5 minutes that the device phase takes at best";
        /// How long the page waits for the Intune management extension.
        esp_agent_limit: SimDuration = SimDuration::from_mins(15), Documented, "EnrollmentStatusTracking CSP: Timeout of a policy provider, 15 minutes by default";
        /// Device setup of the enrollment status page without apps: the security policies.
        esp_device_phase: SimDuration = SimDuration::from_mins(3), Observed, "with the preparation 5 minutes at best, 15 to 45 with apps";
        /// From the beginning of a phase until the apps to wait for are known.
        esp_identify: SimDuration = SimDuration::from_mins(1), Assumed, "one to two check-ins";
        /// The rate at which packages of apps come down, in Mbit/s.
        content_mbit: u32 = 50, Assumed, "a shared office line";
        /// How often the installation of an app that met another installation is tried again.
        app_retries: u32 = 3, Documented, "Win32 app management (memdocs): a return code of the kind retry makes the agent try three times";
        /// The wait before that.
        app_retry_wait: SimDuration = SimDuration::from_mins(5), Documented, "Win32 app management (memdocs): it waits five minutes between tries";
        /// How long an installer may run.
        app_install_limit: SimDuration = SimDuration::from_mins(60), Documented, "Win32 app management (memdocs): installation time required, 60 minutes by default";
        /// Whether line-of-business apps and those of the management extension get in each other's way.
        msi_and_win32_collide: bool = true, Documented, "Enrollment status page and Win32 apps (memdocs): do not mix them during Autopilot enrolment, both use the installer service";
        /// What hybrid join adds to the limit of the enrollment status page.
        esp_hybrid_extra: SimDuration = SimDuration::from_mins(40), Documented, "Enrollment status page (memdocs, 2022)";
        /// From the lock screen to the first sign-in with the account of the domain.
        ad_sign_in: SimDuration = SimDuration::from_mins(1), Assumed, "10 seconds to 5 minutes";
        /// User phase of the enrollment status page without apps, once the device is registered.
        esp_user_phase: SimDuration = SimDuration::from_mins(2), Assumed, "5 to 15 minutes with apps";
        /// From the end of the pages to the desktop.
        desktop: SimDuration = SimDuration::from_mins(1), Assumed, "1 to 5 minutes";
        /// From hybrid registration behind a desktop to the next unlock or sign-in, which gets the user's token.
        next_unlock: SimDuration = SimDuration::from_hours(1), Assumed, "when the user comes back to the machine";
        /// From the first start in the domain to the first run of the device registration task.
        join_task_start: SimDuration = SimDuration::from_mins(1), Assumed, "the task is triggered by the domain join";
        /// How often the device registration task runs.
        join_retry: SimDuration = SimDuration::from_hours(1), Documented, "Device registration (entra-docs): at join, at sign-in and hourly";
        /// From a remote action to the check-in that a push notification causes, where the device has internet.
        push: SimDuration = SimDuration::from_mins(1), Observed, "seconds to some minutes in field reports; without a push the routine check-in";
        /// How long a reset of Windows takes.
        reset_duration: SimDuration = SimDuration::from_mins(25), Assumed, "15 to 60 minutes";
        /// How often a device past OOBE checks in.
        routine_check_in: SimDuration = SimDuration::from_hours(8), Observed, "every 3 min for 15 min, every 15 min for 2 h, then every 8 h (field measurement, 2020)";
        /// How often a connector asks for requests.
        connector_poll: SimDuration = SimDuration::from_secs(30), Assumed, "it polls; 5 seconds to 2 minutes";
        /// How long a connector's certificate is good.
        connector_certificate: SimDuration = SimDuration::from_days(365), Assumed, "one year, as certificates of managed devices";
        /// How long before its end a connector that is in touch renews it.
        connector_renewal: SimDuration = SimDuration::from_days(60), Assumed, "not published";
        /// How many requests a connector works on at a time.
        connector_capacity: u32 = 4, Assumed, "not published";
        /// Creating one computer account from the connector.
        create_account: SimDuration = SimDuration::from_secs(3), Observed, "elapsed milliseconds in the connector's event 30130";
        /// Uploading one blob.
        upload_blob: SimDuration = SimDuration::from_secs(2), Assumed, "1 to 10 seconds";
        /// How often a connector tries a request that failed once more.
        connector_retries: u32 = 3, Assumed, "RetryCount stands in event 30132; its limit is not published, 1 to 3";
        /// From a failed attempt to the next.
        connector_retry_wait: SimDuration = SimDuration::from_secs(60), Assumed, "not published";
        /// The interval of Entra Connect's cycles.
        sync_interval: SimDuration = SimDuration::from_mins(30), Documented, "Entra Connect scheduler (entra-docs, 2025)";
        /// How long a cycle runs until its exports are done.
        sync_run: SimDuration = SimDuration::from_mins(4), Assumed, "1 to 30 minutes by size";
        /// The most events that a connector's or a device's log keeps; older ones are overwritten.
        log_events: u32 = 2000, Assumed, "a log of 1 MiB, the default of Windows, holds some 2,000 events of this size";
        /// How far delays on devices and servers are spread around their value, in thousandths. 0: every delay is exactly its value.
        device_jitter: u32 = 0, Assumed, "a simulator's choice: exact unless asked otherwise";
    }
}
