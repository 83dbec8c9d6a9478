//! Request targets of Graph: the path, the query options, and the `$filter` language.
//!
//! [`Target::parse`] takes a target apart, [`Query::parse`] a query string, [`Filter::parse`] a filter. A filter is
//! asked of whatever implements [`Subject`]; [`Filter::uses`] lists which operators it puts on which properties, so
//! that whoever knows the type can refuse it beforehand, as the services do. What is wrong comes back as [`QueryError`]
//! with the service's own sentence.
//!
//! Source, unless something else is said: OData 4.01 (part 2, URL conventions) as far as Graph's pages on query
//! parameters and on `$filter` go along with it. Decisions of ours are marked *assumed*.

mod error;
mod evaluate;
mod filter;
mod function;
mod lexer;
mod literal;
mod parse;
mod path;
pub mod percent;
mod query;
mod search;
mod target;
#[cfg(test)]
mod tests;
mod uses;
mod value;

pub use error::QueryError;
pub use filter::{CompareOp, Expr, Filter, Lambda, Quantifier, TextFunction};
pub use function::Function;
pub use literal::Literal;
pub(crate) use literal::time as instant;
pub use path::{MAX_SEGMENTS, Path, Segment};
pub(crate) use percent::{Place as PercentPlace, decode as percent_decode};
pub(crate) use query::outside;
pub use query::{OrderBy, Query};
pub use search::{Search, SearchTerm};
pub(crate) use target::without_host;
pub use target::{Arguments, PathSegment, Target, TargetError, Version};
pub use uses::{Operator, Use};
pub use value::{Subject, Value};
