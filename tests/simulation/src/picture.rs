//! The confusion matrix as a picture for light and dark pages.

use crate::tally::{Grade, Tally};
use crate::truth::Class;
use std::fmt::Write;

const CELL: (u64, u64) = (104, 56);
const LEFT: u64 = 112;
const TOP: u64 = 132;

/// The picture as SVG, with `title` above the matrix.
#[must_use]
pub fn picture(tally: &Tally, title: &str) -> String {
    let width = LEFT + 7 * CELL.0 + 24;
    let height = TOP + 7 * CELL.1 + 96;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"t\">\n<title id=\"t\">What the engine said, beside what was true</title>\n{STYLE}\n\
         <rect class=\"ground\" width=\"{width}\" height=\"{height}\" rx=\"12\"/>\n\
         <text class=\"title\" x=\"24\" y=\"38\">What the engine said, beside what was true</text>\n\
         <text class=\"small\" x=\"24\" y=\"62\">{title}</text>\n\
         <text class=\"small\" x=\"{LEFT}\" y=\"98\">said</text>\n<text class=\"small\" x=\"24\" y=\"{}\">true</text>\n",
        TOP - 10,
    );
    for class in Class::ALL {
        let place = u64::try_from(class.place()).unwrap_or(0);
        let x = LEFT + place * CELL.0 + CELL.0 / 2;
        let y = TOP + place * CELL.1 + CELL.1 / 2 + 5;
        let _ = writeln!(
            svg,
            "<text class=\"head\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            TOP - 10,
            class.word()
        );
        let _ = writeln!(svg, "<text class=\"head\" x=\"24\" y=\"{y}\">{}</text>", class.word());
    }
    for truth in Class::ALL {
        for said in Class::ALL {
            cell(tally.grid[truth.place()][said.place()], truth, said, &mut svg);
        }
    }
    let mut x = 24;
    for (class, meaning) in [
        ("right", "right"),
        ("noted", "a note says more"),
        ("mild", "too mild"),
        ("wrong", "wrong"),
        ("excused", "could not be known"),
    ] {
        let y = height - 60;
        let _ = writeln!(
            svg,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"16\" height=\"16\" rx=\"4\"/>"
        );
        let _ = writeln!(svg, "<text class=\"small\" x=\"{}\" y=\"{}\">{meaning}</text>", x + 24, y + 13);
        x += 56 + 7 * u64::try_from(meaning.len()).unwrap_or(0);
    }
    let _ = writeln!(
        svg,
        "<text class=\"small\" x=\"24\" y=\"{}\">Looks at a tab. A bar shows the shares of a cell; a sliver is drawn for any share above zero.</text>\n</svg>",
        height - 20
    );
    svg
}

fn cell(counts: [u64; Grade::COUNT], truth: Class, said: Class, svg: &mut String) {
    let sum: u64 = counts.iter().sum();
    let place = |class: Class| u64::try_from(class.place()).unwrap_or(0);
    let (x, y) = (LEFT + place(said) * CELL.0 + 2, TOP + place(truth) * CELL.1 + 2);
    let (w, h) = (CELL.0 - 4, CELL.1 - 4);
    let _ = writeln!(svg, "<rect class=\"cell\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"6\"/>");
    if sum == 0 {
        return;
    }
    let _ = writeln!(
        svg,
        "<text class=\"count\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
        x + w / 2,
        y + 24,
        grouped(sum)
    );
    let mut from = x + 8;
    let room = w - 16;
    let parts: Vec<(&str, u64)> = ["right", "noted", "mild", "wrong", "excused"]
        .into_iter()
        .zip(counts)
        .filter(|(_, n)| *n > 0)
        .collect();
    let spare = room - 3 * u64::try_from(parts.len()).unwrap_or(0).min(room / 3);
    for (class, count) in parts {
        let part = 3 + spare * count / sum;
        let _ = writeln!(
            svg,
            "<rect class=\"{class}\" x=\"{from}\" y=\"{}\" width=\"{part}\" height=\"8\" rx=\"2\"/>",
            y + h - 16
        );
        from += part;
    }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

const STYLE: &str = "<style>
text{font-family:system-ui,sans-serif;fill:#1f2328}
.title{font-size:20px;font-weight:600}.small{font-size:13px;fill:#59636e}.head{font-size:14px;font-weight:600}
.count{font-size:15px;font-variant-numeric:tabular-nums}
.ground{fill:#fff}.cell{fill:#f3f4f6}.right{fill:#1a7f4b}.wrong{fill:#cf222e}.noted{fill:#3d7bd9}.mild{fill:#bc7a00}.excused{fill:#8c95a0}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9da7b3}.ground{fill:#15181d}.cell{fill:#21262d}
.right{fill:#3fb97c}.wrong{fill:#ff6b66}.noted{fill:#6aa5f8}.mild{fill:#e3a32b}.excused{fill:#6e7681}}
</style>";
