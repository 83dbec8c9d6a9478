//! A screen, drawn as a frame of text.

const WIDTH: usize = 62;

/// A frame with a title line and a text under it, broken into lines that fit.
pub(super) fn frame(title: &str, paragraphs: &[String]) -> String {
    let bar = "─".repeat(WIDTH + 2);
    let mut out = format!("┌{bar}┐\n");
    let mut row = |text: &str| {
        let gap = WIDTH.saturating_sub(text.chars().count());
        out.push_str(&format!("│ {text}{} │\n", " ".repeat(gap)));
    };
    row(title);
    row("");
    for paragraph in paragraphs.iter().filter(|p| !p.is_empty()) {
        for line in wrapped(paragraph, WIDTH - 4) {
            row(&format!("  {line}"));
        }
        row("");
    }
    out + &format!("└{bar}┘\n")
}

/// The words of a text on lines of at most `width` characters; longer words are cut.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        while !word.is_empty() {
            let line = lines.last_mut().expect("there is always a line");
            let used = line.chars().count();
            let gap = usize::from(used > 0);
            if used + gap + word.len() <= width {
                line.extend(std::iter::repeat_n(' ', gap).chain(word.drain(..)));
            } else if used == 0 {
                line.extend(word.drain(..width));
            } else {
                lines.push(String::new());
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_at_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrapped("", 4), [""]);
    }

    #[test]
    fn a_frame_is_straight() {
        let text = frame("lock screen", &["x".repeat(200), String::new(), "ü ".repeat(80)]);
        assert!(text.lines().all(|line| line.chars().count() == WIDTH + 4), "{text}");
    }
}
