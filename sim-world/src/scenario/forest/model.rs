//! The keys of the directory.

use super::super::document::{Entries, OneOrMany, Spanned, section, words};
use super::super::words::Span;

section! {
    /// The directory side of the estate: one forest. Its first domain is the root.
    pub struct Forest {
        /// The domains.
        domains: Vec<Spanned<Domain>> = Vec::new(),
        /// The sites beside `Default-First-Site-Name`, which is always there.
        sites: Vec<Spanned<Site>> = Vec::new(),
        /// Links between controllers that take another time than the knobs `replication_intra_site` and `replication_inter_site` say.
        replication: Vec<Spanned<Replication>> = Vec::new(),
        /// Trusts with domains of other forests. Domains of one forest trust each other by themselves.
        trusts: Vec<Spanned<Trust>> = Vec::new(),
        /// Passwords of accounts, by `CORP\ada`, user principal name or distinguished name, where the content brings none.
        passwords: Entries<Spanned<String>> = Entries::default(),
        /// Whether there is a service connection point that names the tenant. Content from LDIF may bring its own.
        scp: Spanned<bool> = Spanned::unplaced(true),
    }
}

section! {
    /// A domain.
    pub struct Domain {
        /// Its DNS name.
        name: Spanned<String>,
        /// Its NetBIOS name; by default the first label in capitals.
        netbios: Option<Spanned<String>>,
        /// How many computers an account without delegated rights may create.
        machine_account_quota: u32 = 10,
        /// The password of its built-in administrator, for clients that bind; by default `Adm1n.Pass!`.
        administrator_password: Option<Spanned<String>>,
        /// Its controllers; by default one called `DC01`, in further domains their label and `-DC01`.
        controllers: Vec<Spanned<Controller>> = Vec::new(),
        /// Organizational units to begin with, as distinguished names, parents first.
        ous: Vec<Spanned<String>> = Vec::new(),
        /// Where new computers go instead of `CN=Computers`, as a distinguished name (redircmp).
        redirect_computers: Option<Spanned<String>>,
        /// Files with directory content or change records in LDIF, in this order. An export of a real domain (`ldapsearch`,
        /// `ldifde`) brings its SID, and its objects keep their GUIDs and SIDs.
        ldif: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// What its controllers ask of LDAP clients; nothing by default.
        ldap: Option<LdapPolicy>,
    }
}

section! {
    /// What controllers ask of LDAP clients.
    pub struct LdapPolicy {
        /// Whether binds without TLS need signing, so that simple ones are refused (*LDAP server signing requirements*).
        signing_required: bool = false,
        /// Whether NTLM within TLS must be bound to the channel (*LDAP server channel binding token requirements*).
        channel_binding_required: bool = false,
        /// Whether a name without a password is refused instead of being nobody (DenyUnauthenticatedBind).
        deny_unauthenticated_bind: bool = false,
    }
}

words! {
    /// Who trusts whom.
    pub enum Direction {
        /// The other domain trusts this one.
        inbound => Inbound,
        /// This domain trusts the other one.
        outbound => Outbound,
        /// Each trusts the other.
        both => Both,
    }
}

section! {
    /// A trust with a domain of another forest, as directory tools see it.
    pub struct Trust {
        /// The domain here; the first one by default.
        domain: Option<Spanned<String>>,
        /// The DNS name of the domain there.
        with: Spanned<String>,
        /// Its NetBIOS name; by default the first label in capitals.
        netbios: Option<Spanned<String>>,
        /// Who trusts whom.
        direction: Direction = Direction::Both,
        /// Whether it is with the whole forest of that domain.
        forest: bool = false,
    }
}

section! {
    /// A site.
    pub struct Site {
        /// Its name.
        name: Spanned<String>,
        /// Its subnets, as in `10.1.0.0/16`: clients that ask from there are told this site.
        subnets: Vec<Spanned<String>> = Vec::new(),
    }
}

section! {
    /// A domain controller.
    pub struct Controller {
        /// Its host name.
        name: Spanned<String>,
        /// Its site; `Default-First-Site-Name` by default.
        site: Option<Spanned<String>>,
        /// Whether it takes no writes (RODC).
        read_only: bool = false,
    }
}

section! {
    /// How long writes take from one controller to another.
    pub struct Replication {
        /// The controller that writes.
        from: Spanned<String>,
        /// The controller that they reach.
        to: Spanned<String>,
        /// How long it takes.
        delay: Span,
        /// Whether it takes as long the other way.
        both_ways: bool = true,
    }
}

section! {
    /// A way between controllers that nothing takes.
    pub struct Link {
        /// The controller whose writes stay where they are.
        from: Spanned<String>,
        /// Which controller they do not reach; none at all by default.
        to: Option<Spanned<String>>,
    }
}

words! {
    /// How deep a search looks.
    pub enum Scope {
        /// The base alone.
        base => Base,
        /// What is directly below it.
        one => One,
        /// It and everything below it.
        sub => Sub,
    }
}

section! {
    /// An LDAP search, and how many entries it must find.
    pub struct LdapCheck {
        /// Where the search begins, as a distinguished name.
        base: Spanned<String>,
        /// How deep it looks.
        scope: Scope = Scope::Sub,
        /// What it looks for.
        filter: Spanned<String> = Spanned::unplaced("(objectClass=*)".to_owned()),
        /// Who looks: an account by `CORP\ada`, user principal name or distinguished name, or `anonymous`. By default somebody who may read everything.
        r#as: Option<Spanned<String>>,
        /// Which controller is asked. By default all that was written anywhere counts.
        dc: Option<Spanned<String>>,
        /// Whether tombstones are looked at, too.
        deleted: bool = false,
        /// Exactly so many entries.
        count: Option<u32>,
        /// At least so many; one by default.
        min: Option<u32>,
        /// At most so many.
        max: Option<u32>,
        /// Values that every entry found must have, by attribute, compared as the attribute's syntax compares.
        has: Entries<OneOrMany<Spanned<String>>> = Entries::default(),
        /// Attributes that no entry found may have, or show to who looks.
        absent: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
    }
}

section! {
    /// Changes of the directory in LDIF, as `ldapmodify` takes them: records to add, change, delete, rename or move.
    pub struct LdapChanges {
        /// The records. A password may stand there as it is (`unicodePwd: Secret`).
        ldif: Option<Spanned<String>>,
        /// Or a file with them.
        file: Option<Spanned<String>>,
        /// Who changes: an account by `CORP\ada`, user principal name or distinguished name. By default the built-in administrator of the domain.
        r#as: Option<Spanned<String>>,
        /// At which controller; by default the first one of the domain that takes writes.
        at: Option<Spanned<String>>,
        /// The result code that the last record must get; those before it must succeed.
        result: u32 = 0,
    }
}
