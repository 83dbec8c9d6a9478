//! The servers, each with the fleet and ready to answer.

use crate::fleet::{self, BASE};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// One server. It ends with this.
pub struct Side {
    pub name: &'static str,
    pub address: SocketAddr,
    pub user: &'static str,
    pub password: &'static str,
    /// From a file to a server that can answer.
    pub loading: Duration,
    process: Child,
}

impl Side {
    /// The processor time that it has used.
    pub fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap_or_default();
        let fields: Vec<u64> =
            stat.rsplit(')').next().unwrap_or("").split_whitespace().map(|f| f.parse().unwrap_or(0)).collect();
        // User and system time, in hundredths of a second.
        Duration::from_millis(10 * (fields.get(11).unwrap_or(&0) + fields.get(12).unwrap_or(&0)))
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The schema of the fleet, as far as slapd lacks it.
const SCHEMA: &str = "\
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.619 NAME 'dNSHostName' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.771 NAME 'servicePrincipalName' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.363 NAME 'operatingSystem' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.364 NAME 'operatingSystemVersion' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.222 NAME 'location' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.3.30 NAME 'computer' SUP top STRUCTURAL MUST ( cn $ sAMAccountName ) MAY ( dNSHostName $ servicePrincipalName $ userAccountControl $ operatingSystem $ operatingSystemVersion $ location $ description ) )
";

/// slapd with the settings that make it fastest.
pub fn slapd(folder: &Path, count: u32) -> Option<Side> {
    let program = ["/usr/sbin/slapd", "/usr/lib/openldap/slapd", "/usr/libexec/slapd"]
        .into_iter()
        .find(|p| Path::new(p).exists());
    let Some(program) = program else {
        eprintln!("slapd is not there, so there is nothing to compare with: apt-get install slapd");
        return None;
    };
    let folder = folder.join("slapd");
    fs::create_dir_all(folder.join("db")).expect("a folder");
    let path = |name: &str| folder.join(name);
    fs::write(path("computers.schema"), SCHEMA).expect("a schema");
    let shown = folder.display();
    let configuration = format!(
        "include /etc/ldap/schema/core.schema\ninclude {shown}/computers.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\n\
         pidfile {shown}/pid\nloglevel 0\nthreads 4\nsizelimit unlimited\ndatabase mdb\nsuffix \"{BASE}\"\nrootdn \"cn=admin,{BASE}\"\n\
         rootpw secret\ndirectory {shown}/db\nmaxsize 17179869184\nenvflags writemap nometasync nosync mapasync\ndbnosync\n\
         index objectClass,sAMAccountName,dNSHostName,servicePrincipalName,cn eq\naccess to * by * read\n"
    );
    fs::write(path("slapd.conf"), configuration).expect("a configuration");
    let head = format!("dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: contoso\ndc: contoso\n\n");
    fs::write(path("fleet.ldif"), head + &fleet::ldif(count)).expect("a file");
    let began = Instant::now();
    let conf = path("slapd.conf");
    let loaded =
        Command::new(program).args(["-T", "add", "-q", "-f"]).arg(&conf).arg("-l").arg(path("fleet.ldif")).status();
    assert!(loaded.is_ok_and(|status| status.success()), "slapadd could not load {shown}/fleet.ldif");
    let loading = began.elapsed();
    let address = free_address();
    let url = format!("ldap://{address}");
    let process = quiet(Command::new(program).args(["-d", "0", "-h", &url, "-f"]).arg(&conf));
    let side =
        Side { name: "slapd", address, user: "cn=admin,DC=contoso,DC=com", password: "secret", loading, process };
    let began = Instant::now();
    while std::net::TcpStream::connect(address).is_err() {
        assert!(began.elapsed() < Duration::from_secs(30), "slapd does not answer");
        std::thread::sleep(Duration::from_millis(5));
    }
    Some(side)
}

/// The simulator, with the fleet from a file that its scenario names.
pub fn tenantsim(folder: &Path, count: u32) -> Side {
    let folder = folder.join("tenantsim");
    fs::create_dir_all(&folder).expect("a folder");
    let path = |name: &str| -> PathBuf { folder.join(name) };
    fs::write(path("fleet.ldif"), fleet::ldif(count)).expect("a file");
    let scenario = "scenario: A fleet\nforest: { domains: [{ name: contoso.com, ldif: fleet.ldif }] }\n";
    fs::write(path("fleet.yaml"), scenario).expect("a scenario");
    let began = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantsim"));
    command.arg("serve").arg(path("fleet.yaml")).args(["--http", "127.0.0.1:0", "--ldap", "127.0.0.1:0"]);
    command.arg("--ready-file").arg(path("ready.json")).arg("--state").arg(path("state"));
    let mut process = quiet(&mut command);
    let text = loop {
        if let Ok(text) = fs::read_to_string(path("ready.json")) {
            break text;
        }
        assert!(process.try_wait().is_ok_and(|ended| ended.is_none()), "tenantsim serve has ended");
        assert!(began.elapsed() < Duration::from_secs(300), "tenantsim serve is not ready");
        std::thread::sleep(Duration::from_millis(1));
    };
    let loading = began.elapsed();
    let ready: serde_json::Value = serde_json::from_str(&text).expect("a ready file");
    let address = ready["ldap"].as_str().and_then(|url| url.strip_prefix("ldap://")?.parse().ok()).expect("an address");
    let user = "CN=Administrator,CN=Users,DC=contoso,DC=com";
    Side { name: "tenantsim", address, user, password: "Adm1n.Pass!", loading, process }
}

fn quiet(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the server starts")
}

fn free_address() -> SocketAddr {
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    free.expect("a free port")
}
