//! The macros that define the parts of a document: `section!`, `choice!` and `words!`.
//!
//! Each turns one list of keys, types and doc comments into a type, its [`Read`](super::Read) and its
//! schema, so that code, messages, editor schema and reference cannot differ. The macros take one key at a
//! time (a key may be a word or a string, and may have attributes), so a list has at most about 100 keys.

/// Defines a map with fixed keys as a struct, `Debug` and `Clone`.
///
/// ```text
/// section! {
///     /// A connector for offline domain join.
///     pub struct Connector {
///         /// Name of the server.
///         name: Spanned<String>,                       // required
///         /// Computers it may create.
///         quota: u32 = 10,                             // default: any expression of the type
///         /// Place it stands at.
///         place: Option<Spanned<String>>,              // need not be given
///         /// What it does.
///         #[key = "do"]
///         action: Option<Action>,                      // another name in the document
///         #[embed]
///         check: Check,                                // one of a `choice!`'s keys, among the others
///     }
/// }
/// ```
///
/// Doc comments come before `#[key]` and `#[embed]`; that of an `#[embed]` field documents the field only,
/// the keys bring their own. An embedded type is a choice, `Spanned` (the place of the key) or `Option` (at
/// most one) of it. A key without a value counts as not given, unless it is required.
macro_rules! section {
    ($(#[doc = $doc:expr])* pub struct $name:ident { $($body:tt)* }) => {
        $crate::scenario::document::section! { @fields { $([$doc])* } $name {} $($body)* }
    };

    (@fields $docs:tt $name:ident { $($done:tt)* }
        $(#[doc = $fdoc:expr])* #[embed] $field:ident : $type:ty $(, $($rest:tt)*)?
    ) => {
        $crate::scenario::document::section! {
            @fields $docs $name { $($done)* { embed ("") $field [$type] [$($fdoc),*] () } } $($($rest)*)?
        }
    };
    (@fields $docs:tt $name:ident { $($done:tt)* }
        $(#[doc = $fdoc:expr])* #[key = $key:literal] $field:ident : $type:ty $(= $default:expr)? $(, $($rest:tt)*)?
    ) => {
        $crate::scenario::document::section! {
            @fields $docs $name { $($done)* { key ($key) $field [$type] [$($fdoc),*] ($($default)?) } } $($($rest)*)?
        }
    };
    (@fields $docs:tt $name:ident { $($done:tt)* }
        $(#[doc = $fdoc:expr])* $field:ident : $type:ty $(= $default:expr)? $(, $($rest:tt)*)?
    ) => {
        $crate::scenario::document::section! {
            @fields $docs $name
            { $($done)* {
                key ($crate::scenario::document::field_key(stringify!($field)))
                $field [$type] [$($fdoc),*] ($($default)?)
            } }
            $($($rest)*)?
        }
    };

    (@fields { $([$doc:expr])* } $name:ident
        { $({ $kind:ident ($key:expr) $field:ident [$type:ty] [$($fdoc:expr),*] ($($default:expr)?) })* }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            $( $(#[doc = $fdoc])* pub $field: $type, )*
        }

        impl $crate::scenario::document::Read for $name {
            fn read(
                node: &$crate::scenario::document::Node,
                cx: &mut $crate::scenario::document::Reader<'_>,
            ) -> Option<Self> {
                let fields = cx.fields(
                    node,
                    &[$( $crate::scenario::document::section!(@keys $kind ($key) [$type]) ),*],
                )?;
                let _ = &fields;
                $(
                    let $field = $crate::scenario::document::section!(
                        @read $kind fields cx ($key) [$type] [$($fdoc),*] ($($default)?)
                    );
                )*
                Some(Self { $( $field: $field?, )* })
            }

            fn schema(defs: &mut $crate::scenario::document::SchemaDefs) -> ::serde_json::Value {
                defs.section::<Self>(stringify!($name), &[$($doc),*], |object, defs| {
                    let _ = (&object, &defs);
                    $(
                        $crate::scenario::document::section!(
                            @schema $kind object defs ($key) [$type] [$($fdoc),*] ($($default)?)
                        );
                    )*
                })
            }
        }
    };

    (@keys key ($key:expr) [$type:ty]) => { &[$key] };
    (@keys embed ($key:expr) [$type:ty]) => { <$type as $crate::scenario::document::Embed>::KEYS };

    (@read key $fields:ident $cx:ident ($key:expr) [$type:ty] $doc:tt $default:tt) => {
        $fields.read::<$type>(
            $cx, $key, &$doc, $crate::scenario::document::section!(@default [$type] $default),
        )
    };
    (@read embed $fields:ident $cx:ident ($key:expr) [$type:ty] $doc:tt $default:tt) => {
        $fields.embed::<$type>($cx)
    };

    (@schema key $object:ident $defs:ident ($key:expr) [$type:ty] $doc:tt $default:tt) => {
        $object.key::<$type>($defs, $key, &$doc, $crate::scenario::document::section!(@default [$type] $default))
    };
    (@schema embed $object:ident $defs:ident ($key:expr) [$type:ty] $doc:tt $default:tt) => {
        <$type as $crate::scenario::document::Embed>::describe($object, $defs)
    };

    (@default [$type:ty] ()) => { None };
    (@default [$type:ty] ($default:expr)) => {{
        fn default() -> $type {
            $default
        }
        Some(default as fn() -> $type)
    }};
}

/// Defines keys of which exactly one is given as an enum, `Debug` and `Clone`.
///
/// ```text
/// choice! {
///     /// What happens.
///     pub enum Action {
///         /// Imports hardware hashes.
///         import => Import(Import),
///         /// Turns devices on.
///         "power-on" => PowerOn(PowerOn),
///     }
/// }
/// ```
///
/// As a value it is a map with one key (`{ import: { devices: all } }`); as an `#[embed]` field its keys
/// stand among those of the section. What a variant holds is anything that is `Read`; a section without
/// required keys may be left out (`import:`). `key()` gives the key.
macro_rules! choice {
    ($(#[doc = $doc:expr])* pub enum $name:ident { $($body:tt)* }) => {
        $crate::scenario::document::choice! { @cases { $([$doc])* } $name {} $($body)* }
    };

    (@cases $docs:tt $name:ident { $($done:tt)* }
        $(#[doc = $vdoc:expr])* $key:ident => $variant:ident ( $type:ty ) $(, $($rest:tt)*)?
    ) => {
        $crate::scenario::document::choice! {
            @cases $docs $name
            { $($done)* { (stringify!($key)) $variant [$type] [$($vdoc),*] } }
            $($($rest)*)?
        }
    };
    (@cases $docs:tt $name:ident { $($done:tt)* }
        $(#[doc = $vdoc:expr])* $key:literal => $variant:ident ( $type:ty ) $(, $($rest:tt)*)?
    ) => {
        $crate::scenario::document::choice! {
            @cases $docs $name { $($done)* { ($key) $variant [$type] [$($vdoc),*] } } $($($rest)*)?
        }
    };

    (@cases { $([$doc:expr])* } $name:ident
        { $({ ($key:expr) $variant:ident [$type:ty] [$($vdoc:expr),*] })+ }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        pub enum $name {
            $( $(#[doc = $vdoc])* $variant($type), )+
        }

        #[allow(dead_code)]
        impl $name {
            /// The key that stands for this in a document.
            pub fn key(&self) -> &'static str {
                match self {
                    $( Self::$variant(_) => $key, )+
                }
            }
        }

        impl $crate::scenario::document::Embed for $name {
            const KEYS: &'static [&'static str] = &[$($key),+];

            fn read_key(
                key: &$crate::scenario::document::Key,
                node: &$crate::scenario::document::Node,
                cx: &mut $crate::scenario::document::Reader<'_>,
            ) -> Option<Self> {
                $(
                    if key.text == $key {
                        return <$type as $crate::scenario::document::Read>::read(node, cx).map(Self::$variant);
                    }
                )+
                None
            }

            fn describe(
                object: &mut $crate::scenario::document::ObjectSchema,
                defs: &mut $crate::scenario::document::SchemaDefs,
            ) {
                let properties: Vec<(&[&str], ::serde_json::Value)> =
                    vec![$( (&[$($vdoc),*], <$type as $crate::scenario::document::Read>::schema(defs)) ),+];
                object.choice(<Self as $crate::scenario::document::Embed>::KEYS, properties);
            }
        }

        impl $crate::scenario::document::Read for $name {
            fn read(
                node: &$crate::scenario::document::Node,
                cx: &mut $crate::scenario::document::Reader<'_>,
            ) -> Option<Self> {
                $crate::scenario::document::read_choice(node, cx)
            }

            fn schema(defs: &mut $crate::scenario::document::SchemaDefs) -> ::serde_json::Value {
                defs.choice::<Self>(stringify!($name), &[$($doc),*])
            }
        }
    };
}

/// Defines the words that are possible in a place as an enum, `Debug`, `Clone`, `Copy`, ordered, `Display`.
///
/// ```text
/// words! {
///     /// How a device joins.
///     pub enum Join {
///         /// To Active Directory and Entra.
///         hybrid => Hybrid,
///         /// To Entra.
///         "entra-only" => Entra,
///     }
/// }
/// ```
///
/// Upper and lower case matter. `ALL` and `WORDS` list the variants and words in order, `word()` gives the
/// word of one.
macro_rules! words {
    ($(#[doc = $doc:expr])* pub enum $name:ident { $($body:tt)* }) => {
        $crate::scenario::document::words! { @words { $([$doc])* } $name {} $($body)* }
    };

    (@words $docs:tt $name:ident { $($done:tt)* }
        $(#[doc = $vdoc:expr])* $word:ident => $variant:ident $(, $($rest:tt)*)?
    ) => {
        $crate::scenario::document::words! {
            @words $docs $name { $($done)* { (stringify!($word)) $variant [$($vdoc),*] } } $($($rest)*)?
        }
    };
    (@words $docs:tt $name:ident { $($done:tt)* }
        $(#[doc = $vdoc:expr])* $word:literal => $variant:ident $(, $($rest:tt)*)?
    ) => {
        $crate::scenario::document::words! {
            @words $docs $name { $($done)* { ($word) $variant [$($vdoc),*] } } $($($rest)*)?
        }
    };

    (@words { $([$doc:expr])* } $name:ident { $({ ($word:expr) $variant:ident [$($vdoc:expr),*] })+ }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $( $(#[doc = $vdoc])* $variant, )+
        }

        #[allow(dead_code)]
        impl $name {
            /// Every variant, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The words, in the order of [`Self::ALL`].
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word that stands for this in a document.
            pub fn word(self) -> &'static str {
                match self {
                    $( Self::$variant => $word, )+
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl $crate::scenario::document::Read for $name {
            fn read(
                node: &$crate::scenario::document::Node,
                cx: &mut $crate::scenario::document::Reader<'_>,
            ) -> Option<Self> {
                cx.word(node, Self::WORDS).and_then(|index| Self::ALL.get(index).copied())
            }

            fn schema(defs: &mut $crate::scenario::document::SchemaDefs) -> ::serde_json::Value {
                defs.words::<Self>(stringify!($name), &[$($doc),*], &[$( ($word, &[$($vdoc),*]) ),+])
            }

            fn print(&self) -> Option<::serde_json::Value> {
                Some(self.word().into())
            }
        }
    };
}

pub(crate) use {choice, section, words};

/// The key of a field: its name, without the `r#` of a raw identifier.
pub const fn field_key(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}
