//! What a filter sees of an object.

use std::borrow::Cow;

/// An object that a filter can be asked of.
pub trait Subject {
    /// The value of a property, a property of a complex property (`["extensionAttributes", "extensionAttribute1"]`), or
    /// the items of a navigation property. `None` if the type has no such property; a property without a value is
    /// [`Value::Null`]. Names are compared with their case. Never asked with an empty path.
    fn get(&self, path: &[&str]) -> Option<Value<'_>>;

    /// The qualified name of the object's type, such as `microsoft.graph.device`.
    fn type_name(&self) -> &str;

    /// Whether the object is of a type or of one derived from it. The name comes qualified and without `#`.
    fn is_of(&self, type_name: &str) -> bool {
        self.type_name().eq_ignore_ascii_case(type_name)
    }
}

impl<S: Subject + ?Sized> Subject for &S {
    fn get(&self, path: &[&str]) -> Option<Value<'_>> {
        (**self).get(path)
    }

    fn type_name(&self) -> &str {
        (**self).type_name()
    }

    fn is_of(&self, type_name: &str) -> bool {
        (**self).is_of(type_name)
    }
}

/// A value of a property.
pub enum Value<'a> {
    /// No value.
    Null,
    /// `Edm.Boolean`.
    Bool(bool),
    /// `Edm.Int32` and its kin.
    Int(i64),
    /// `Edm.Double` and its kin.
    Double(f64),
    /// `Edm.String`, and members of enumerations by their name.
    Text(Cow<'a, str>),
    /// `Edm.DateTimeOffset`, in milliseconds since 1970 in UTC.
    Time(i64),
    /// `Edm.Guid`. Most ids in Graph are texts instead.
    Guid(u128),
    /// A collection.
    List(Vec<Self>),
    /// A complex value or an entity: an item of a collection, or the end of a path that is cast.
    Object(Box<dyn Subject + 'a>),
}

impl Value<'_> {
    /// The same value, borrowed from this one.
    pub fn reborrow(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Double(value) => Value::Double(*value),
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Time(millis) => Value::Time(*millis),
            Self::Guid(guid) => Value::Guid(*guid),
            Self::List(items) => Value::List(items.iter().map(Value::reborrow).collect()),
            Self::Object(object) => Value::Object(Box::new(&**object)),
        }
    }

    /// The type as the service's messages name it.
    pub fn type_name(&self) -> Cow<'_, str> {
        match self {
            Self::Null => "Null".into(),
            Self::Bool(_) => "Edm.Boolean".into(),
            Self::Int(value) => if i32::try_from(*value).is_ok() { "Edm.Int32" } else { "Edm.Int64" }.into(),
            Self::Double(_) => "Edm.Double".into(),
            Self::Text(_) => "Edm.String".into(),
            Self::Time(_) => "Edm.DateTimeOffset".into(),
            Self::Guid(_) => "Edm.Guid".into(),
            Self::List(items) => match items.first() {
                Some(item) => format!("Collection({})", item.type_name()).into(),
                None => "Collection".into(),
            },
            Self::Object(object) => object.type_name().into(),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a, T: Into<Self>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
