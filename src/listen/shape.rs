//! Requests whose shape alone is wrong: they are refused before anybody looks at what they ask for.
//!
//! The service's front end is `http.sys`, whose pages these are; that it refuses a request with two lengths follows RFC 9112, section
//! 6.1, which calls it an attempt at smuggling.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

/// The longest target (the default of `http.sys`, `MaxFieldLength`).
const LONGEST_TARGET: usize = 16_384;

/// The refusal of a request, if its shape is wrong.
pub(crate) fn refused(request: &Request) -> Option<Response> {
    let headers = request.headers();
    let lengths = headers.get_all(CONTENT_LENGTH).iter().count();
    let encodings = headers.get_all(TRANSFER_ENCODING).iter().count();
    if encodings > 1 || (encodings == 1 && lengths > 0) {
        return Some(page(
            StatusCode::BAD_REQUEST,
            "Bad Request - Invalid Header",
            "The request has an invalid header name.",
        ));
    }
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    if target.len() > LONGEST_TARGET {
        return Some(page(StatusCode::URI_TOO_LONG, "Request URL Too Long", "The request URL is too long."));
    }
    (!is_path(request.uri().path()))
        .then(|| page(StatusCode::BAD_REQUEST, "Bad Request - Invalid URL", "The request URL is invalid."))
}

/// Whether every per cent sign stands before two hexadecimal digits, and none of them makes a control character.
fn is_path(path: &str) -> bool {
    let bytes = path.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let good = |at: usize| matches!((digit(at + 1), digit(at + 2)), (Some(high), Some(low)) if high * 16 + low >= 0x20);
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%').all(|(at, _)| good(at))
}

/// A page of `http.sys`. Whoever sends such requests is not listened to any longer.
fn page(status: StatusCode, title: &str, why: &str) -> Response {
    let code = status.as_u16();
    let body = format!(
        "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\"\"http://www.w3.org/TR/html4/strict.dtd\">\r\n<HTML><HEAD><TITLE>{}</TITLE>\r\n\
         <META HTTP-EQUIV=\"Content-Type\" Content=\"text/html; charset=us-ascii\"></HEAD>\r\n\
         <BODY><h2>{title}</h2>\r\n<hr><p>HTTP Error {code}. {why}</p>\r\n</BODY></HTML>\r\n",
        status.canonical_reason().unwrap_or_default()
    );
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=us-ascii"));
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        let ask = |target: &str, headers: &[(&str, &str)]| {
            let mut request = Request::builder().uri(target);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            refused(&request.body(Body::empty()).expect("a request")).map_or(200, |response| response.status().as_u16())
        };
        assert_eq!(ask("/v1.0/devices?$filter=displayName%20eq%20'100%'", &[]), 200);
        assert_eq!(ask("/v1.0/devices/100%25", &[("content-length", "0")]), 200);
        assert_eq!(ask("/v1.0/devices", &[("transfer-encoding", "chunked")]), 200);
        assert_eq!(ask("/v1.0/devices/100%", &[]), 400);
        assert_eq!(ask("/v1.0/devices/%zz", &[]), 400);
        assert_eq!(ask("/v1.0/devices%00", &[]), 400);
        assert_eq!(ask("/v1.0/devices", &[("content-length", "4"), ("transfer-encoding", "chunked")]), 400);
        assert_eq!(ask(&format!("/v1.0/devices?$filter={}", "a".repeat(LONGEST_TARGET)), &[]), 414);
    }
}
