//! Blocks of a report: headings, prose, lists and tables, for a page of Markdown or a terminal of 80 columns.

use comfy_table::presets::{NOTHING, UTF8_HORIZONTAL_ONLY};
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table};

/// How wide a terminal is taken to be.
const WIDTH: u16 = 80;

/// One piece of a report.
#[derive(Debug, Clone)]
pub(super) enum Block {
    /// A heading and its level.
    Heading(usize, String),
    /// Sentences.
    Prose(Vec<String>),
    /// Items, each of one line of Markdown.
    List(Vec<String>),
    /// Rows under a header; all but the first column are numbers.
    Grid(Grid),
}

/// Rows under a header.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    pub(super) fn new(header: &[&str]) -> Self {
        Self { header: header.iter().map(|cell| (*cell).to_owned()).collect(), rows: Vec::new() }
    }

    /// Adds a row of a known width.
    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.push(cells.into());
    }

    /// Adds a row as wide as the header.
    pub(super) fn push(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// As wide as the widest cell of each column, so that the page can be read unrendered.
    fn markdown(&self) -> String {
        let cells = |row: &[String]| row.iter().map(|cell| escaped(cell)).collect::<Vec<_>>();
        let header = cells(&self.header);
        let rows: Vec<Vec<String>> = self.rows.iter().map(|row| cells(row)).collect();
        let mut widths: Vec<usize> = header.iter().map(|cell| cell.chars().count().max(3)).collect();
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        let rule = |(column, width): (usize, &usize)| match column {
            0 => "-".repeat(*width),
            _ => "-".repeat(width.saturating_sub(1)) + ":",
        };
        let mut text = line(&header, &widths);
        text += &format!("| {} |\n", widths.iter().enumerate().map(rule).collect::<Vec<_>>().join(" | "));
        for row in &rows {
            text += &line(row, &widths);
        }
        text
    }

    fn terminal(&self) -> String {
        let mut table = Table::new();
        table.load_style(UTF8_HORIZONTAL_ONLY.row_separator(comfy_table::LineStyle::none()));
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
        table.set_header(aligned(&self.header));
        for row in &self.rows {
            table.add_row(aligned(row));
        }
        // Names are to be copied: they are never broken.
        if let Some(names) = table.column_mut(0) {
            names.set_constraint(ColumnConstraint::ContentWidth);
        }
        table.trim_fmt() + "\n"
    }
}

fn aligned(cells: &[String]) -> Vec<Cell> {
    let align = |column| if column == 0 { CellAlignment::Left } else { CellAlignment::Right };
    cells.iter().enumerate().map(|(column, cell)| Cell::new(printable(cell)).set_alignment(align(column))).collect()
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let pad = |(column, (cell, width)): (usize, (&String, &usize))| match column {
        0 => format!("{cell:<width$}"),
        _ => format!("{cell:>width$}"),
    };
    format!("| {} |\n", cells.iter().zip(widths).enumerate().map(pad).collect::<Vec<_>>().join(" | "))
}

/// Text from logs and findings, with nothing in it that Markdown would take for its own.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in printable(text).chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Text on one line, without control characters.
fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// A page of Markdown, one sentence per line.
pub(super) fn markdown(blocks: &[Block]) -> String {
    let block = |block: &Block| match block {
        Block::Heading(level, text) => format!("{} {text}\n", "#".repeat(*level)),
        Block::Prose(sentences) => sentences.iter().map(|sentence| escaped(sentence) + "\n").collect(),
        Block::List(items) => items.iter().flat_map(|item| ["- ".to_owned(), escaped(item), "\n".to_owned()]).collect(),
        Block::Grid(grid) => grid.markdown(),
    };
    blocks.iter().map(block).collect::<Vec<String>>().join("\n")
}

/// Text for a terminal of 80 columns.
pub(super) fn terminal(blocks: &[Block]) -> String {
    let block = |block: &Block| match block {
        Block::Heading(_, text) => format!("\n{text}\n"),
        Block::Prose(sentences) => wrapped("", sentences),
        Block::List(items) => wrapped("-", items),
        Block::Grid(grid) => grid.terminal(),
    };
    blocks.iter().map(block).collect()
}

fn wrapped(mark: &str, items: &[String]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    for item in items {
        table.add_row(vec![mark.to_owned(), printable(item)]);
    }
    table.trim_fmt() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks() -> Vec<Block> {
        let mut grid = Grid::new(&["family", "recall"]);
        grid.row(["slow|drip".to_owned(), "3/4 (75 %)".to_owned()]);
        vec![
            Block::Heading(2, "Recall".to_owned()),
            Block::Prose(vec!["One sentence.".to_owned(), "Another one.".to_owned()]),
            Block::Grid(grid),
            Block::List(vec!["<b>\u{1b}[31mred</b> ".to_owned() + &"words and ".repeat(20)]),
        ]
    }

    #[test]
    fn markdown_is_aligned_and_escaped() {
        let page = markdown(&blocks());
        let table = "| family     |     recall |\n| ---------- | ---------: |\n| slow\\|drip | 3/4 (75 %) |\n";
        assert!(page.starts_with("## Recall\n\nOne sentence.\nAnother one.\n\n| family"), "{page}");
        assert!(page.contains(table), "{page}");
        assert!(page.contains("- \\<b\\> \\[31mred\\</b\\>"), "{page}");
    }

    #[test]
    fn a_terminal_shows_eighty_columns_and_no_control_characters() {
        let text = terminal(&blocks());
        assert!(text.lines().all(|line| line.chars().count() <= usize::from(WIDTH)), "{text}");
        assert!(!text.contains('\u{1b}'));
    }
}
