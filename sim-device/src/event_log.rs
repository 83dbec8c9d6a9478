//! Event logs of devices and connector servers, bounded as on Windows: when a log is full the oldest events go.

use sim_core::{Guid, Names, SimTime, Sym};
use std::collections::VecDeque;

/// A channel of the Windows event log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// What a device does with its Autopilot profile.
    Autopilot,
    /// A device's management client.
    DeviceManagement,
    /// A device's registration task.
    UserDeviceRegistration,
    /// System.
    System,
    /// What the pages of set-up report of themselves.
    Provisioning,
    /// The shell, which shows the pages of set-up.
    Shell,
    /// The text log of the Intune management extension, whose lines have no numbers.
    ManagementExtension,
    /// A connector's operations.
    OdjConnector,
    /// What administrators should know of a connector.
    OdjConnectorAdmin,
    /// The one log of connectors of old, above all others.
    OdjConnectorOld,
}

impl Channel {
    /// The name that the event viewer shows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Autopilot => "Microsoft-Windows-ModernDeployment-Diagnostics-Provider/Autopilot",
            Self::DeviceManagement => "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/Admin",
            Self::UserDeviceRegistration => "Microsoft-Windows-User Device Registration/Admin",
            Self::System => "System",
            Self::Provisioning => "Microsoft-Windows-Provisioning-Diagnostics-Provider/Admin",
            Self::Shell => "Microsoft-Windows-Shell-Core/Operational",
            Self::ManagementExtension => "IntuneManagementExtension.log",
            Self::OdjConnector => "Microsoft-Intune-ODJConnectorService/Operational",
            Self::OdjConnectorAdmin => "Microsoft-Intune-ODJConnectorService/Admin",
            Self::OdjConnectorOld => "ODJ Connector Service",
        }
    }
}

/// What an event says beside its number. The text is made when it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventData {
    /// A fixed text.
    Text(&'static str),
    /// A text with a code: the code comes after it.
    Code(&'static str, u32),
    /// A text with a name.
    Name(&'static str, Sym),
    /// A text with a name and a code.
    NameCode(&'static str, Sym, u32),
    /// ODJ state as the management client numbers it: 0 not configured, 1 waiting, 2 processed, 3 timed out.
    OdjState(u8),
    /// A connector took a request.
    RequestTaken {
        /// The request.
        request: Guid,
        /// The managed device.
        device: Guid,
        /// The domain asked for.
        domain: Sym,
    },
    /// A connector made a blob.
    BlobCreated {
        /// The request.
        request: Guid,
        /// The managed device.
        device: Guid,
        /// The computer's name.
        computer: Sym,
        /// How long it took, in milliseconds.
        elapsed_ms: u32,
    },
    /// A connector uploaded a blob.
    BlobUploaded {
        /// The request.
        request: Guid,
        /// The managed device.
        device: Guid,
    },
    /// A connector could not make a blob.
    BlobFailed {
        /// The request.
        request: Guid,
        /// The managed device.
        device: Guid,
        /// The domain asked for.
        domain: Sym,
        /// The Win32 or network management error.
        error: u32,
        /// The number of the attempt, from 0.
        retry: u32,
        /// What the error means.
        description: &'static str,
    },
}

/// One event.
#[derive(Debug, Clone, Copy)]
pub struct LogEvent {
    /// When.
    pub at: SimTime,
    /// Where.
    pub channel: Channel,
    /// Its number.
    pub id: u32,
    /// What it says.
    pub data: EventData,
}

impl LogEvent {
    /// The message as the event viewer shows it.
    pub fn message(&self, names: &Names) -> String {
        match self.data {
            EventData::Text(text) => text.into(),
            EventData::Code(text, code) => format!("{text}: 0x{code:08x}"),
            EventData::Name(text, name) => format!("{text}: {}", names.get(name)),
            EventData::NameCode(text, name, code) => format!("{text}: {}: 0x{code:08x}", names.get(name)),
            EventData::OdjState(state) => {
                let meaning = [
                    "not configured",
                    "waiting for the blob",
                    "processed",
                    "timed out waiting for the blob or for connectivity",
                ];
                format!("offline domain join state {state} ({})", meaning.get(usize::from(state)).unwrap_or(&"unknown"))
            }
            EventData::RequestTaken { request, device, domain } => serde_line(&[
                ("RequestId", &request),
                ("DeviceId", &device),
                ("DomainName", &names.get(domain)),
                ("MetricName", &"DownloadOfflineDomainJoinRequest_Success"),
            ]),
            EventData::BlobCreated { request, device, computer, elapsed_ms } => serde_line(&[
                ("RequestId", &request),
                ("DeviceId", &device),
                ("DeviceName", &names.get(computer)),
                ("ElapsedMilliseconds", &elapsed_ms),
                ("MetricName", &"RequestOfflineDomainJoinBlob_Success"),
            ]),
            EventData::BlobUploaded { request, device } => serde_line(&[
                ("RequestId", &request),
                ("DeviceId", &device),
                ("MetricName", &"UploadOfflineDomainJoinBlob_Success"),
            ]),
            EventData::BlobFailed { request, device, domain, error, retry, description } => {
                let diagnostic =
                    format!("NetProvisionComputerAccount failed with {error} (0x{error:x}): {description}");
                serde_line(&[
                    ("RequestId", &request),
                    ("DeviceId", &device),
                    ("DomainName", &names.get(domain)),
                    ("ErrorCode", &error),
                    ("RetryCount", &retry),
                    ("ErrorDescription", &description),
                    ("InstanceId", &request),
                    ("DiagnosticCode", &"0x00000800"),
                    ("DiagnosticText", &diagnostic),
                    ("MetricName", &"RequestOfflineDomainJoinBlob_Failure"),
                ])
            }
        }
    }
}

/// `{"A":"…","B":"…"}`: the JSON in which the connector writes. All values are texts; none needs an escape but quotes.
fn serde_line(fields: &[(&str, &dyn std::fmt::Display)]) -> String {
    let value = |v: &dyn std::fmt::Display| v.to_string().replace('\\', "\\\\").replace('"', "\\\"");
    let fields: Vec<String> = fields.iter().map(|(name, v)| format!("\"{name}\":\"{}\"", value(*v))).collect();
    format!("{{{}}}", fields.join(","))
}

/// A log of one machine.
#[derive(Debug, Clone, Default)]
pub struct EventLog(VecDeque<LogEvent>);

impl EventLog {
    /// Adds an event; beyond `limit` the oldest goes.
    pub fn write(&mut self, event: LogEvent, limit: u32) {
        self.0.push_back(event);
        while self.0.len() > limit as usize {
            self.0.pop_front();
        }
    }

    /// The events that are still there, oldest first.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &LogEvent> + ExactSizeIterator {
        self.0.iter()
    }
}
