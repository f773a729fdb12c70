//! `cargo xtask gallery --store`: the pictures for the browser stores, made by the real view and painter.
//!
//! tests/support/store.html lays them out; the text beside a surface is in `store/pictures/<language>.json`. The
//! `Intl` of the browser that draws the page formats numbers and times, so every language has its own.

use crate::gallery::marks::Marks;
use crate::gallery::page::surfaces;
use crate::gallery::scenes::{Scene, scenes};
use crate::{build, files, icons, programs, setup, step};
use anyhow::{Context, Result, ensure};
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter, Transformations};
use refill_watch::state::Theme;
use refill_watch::view::{Locale, Words};
use serde_json::{Map, Value, json};
use std::io::Cursor;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../tests/support/store.html");

/// The tile's name, among the texts and as a file.
const TILE: &str = "tile";

/// A screenshot: a surface in a scene. The file is named after its position in the list.
struct Shot {
    /// The name of its texts.
    name: &'static str,
    scene: &'static str,
    surface: &'static str,
    theme: Theme,
    /// The scale, against its size in the browser.
    zoom: f64,
    /// Whether it starts near the top and runs off the bottom edge; otherwise it is centred.
    from_top: bool,
    /// What to scroll to in the popup, as a CSS selector; empty for its beginning.
    scroll_to: &'static str,
}

const SHOTS: [Shot; 5] = [
    Shot {
        name: "stale",
        scene: "stale-before-refill",
        surface: "card",
        theme: Theme::Light,
        zoom: 1.35,
        from_top: false,
        scroll_to: "",
    },
    Shot {
        name: "refilled",
        scene: "refilled",
        surface: "card",
        theme: Theme::Light,
        zoom: 1.35,
        from_top: false,
        scroll_to: "",
    },
    Shot {
        name: "late",
        scene: "late",
        surface: "popup",
        theme: Theme::Light,
        zoom: 1.4,
        from_top: true,
        scroll_to: "",
    },
    Shot {
        name: "guide",
        scene: "fresh-paid",
        surface: "guide",
        theme: Theme::Light,
        zoom: 1.4,
        from_top: true,
        scroll_to: ".fold-out",
    },
    Shot {
        name: "fresh",
        scene: "fresh",
        surface: "popup",
        theme: Theme::Dark,
        zoom: 1.2,
        from_top: false,
        scroll_to: "",
    },
];

/// A picture's width and height in pixels, by file name: what the stores ask for.
fn size(file: &str) -> (u32, u32) {
    if file == TILE { (440, 280) } else { (1280, 800) }
}

/// The names of the files.
fn names() -> impl Iterator<Item = String> {
    (1..=SHOTS.len()).map(|n| n.to_string()).chain([TILE.to_owned()])
}

/// Writes the pictures whose name contains `only` to `target/store/<language>/`.
pub(crate) fn run(language: &str, only: &str, no_pictures: bool) -> Result<()> {
    let folder = files::target().join("store");
    let file = folder.join(format!("{language}.html"));
    files::write(&file, page(language)?.as_bytes())?;
    println!("{}", file.display());
    if no_pictures {
        return Ok(());
    }
    setup::everything()?;
    build::run(&build::Args::default())?;
    step::heading("Taking the pictures");
    let folder = folder.join(language);
    programs::run(
        programs::cargo()
            .args(["run", "--quiet", "--locked", "--package", "browser-tests", "--bin", "gallery", "--"])
            .args([&file, &folder])
            .arg(only),
    )?;
    for name in names().filter(|name| name.contains(only)) {
        let file = folder.join(format!("{name}.png"));
        let picture =
            without_alpha(&files::read(&file)?, size(&name)).with_context(|| file.display().to_string())?;
        files::write(&file, &picture)?;
        println!("{:>9}  {}", picture.len(), file.display());
    }
    Ok(())
}

/// A picture without transparency, which the stores refuse, compressed losslessly as far as possible.
fn without_alpha(png: &[u8], size: (u32, u32)) -> Result<Vec<u8>> {
    let mut decoder = Decoder::new(Cursor::new(png));
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().context("a picture larger than memory")?];
    let frame = reader.next_frame(&mut pixels)?;
    let found = (frame.width, frame.height);
    ensure!(found == size, "{found:?} pixels in the place of {size:?}");
    let pixels: Vec<u8> = match frame.color_type {
        ColorType::Rgb => pixels,
        ColorType::Rgba => pixels.as_chunks::<4>().0.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect(),
        other => anyhow::bail!("{other:?} in the place of colours"),
    };
    let mut picture = Vec::new();
    let mut encoder = Encoder::new(&mut picture, size.0, size.1);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    encoder.set_filter(Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(picture)
}

/// The page with all pictures. `?only=NAME` shows one.
fn page(language: &str) -> Result<String> {
    let extension = files::workspace().join("extension");
    let read = |name: &str| -> Result<String> { Ok(String::from_utf8(files::read(&extension.join(name))?)?) };
    let texts = texts(language)?;
    let messages = read(&format!("_locales/{language}/messages.json"))?;
    let zone = text(&texts, "time_zone")?;
    let zone = zone.parse().with_context(|| format!("{zone} is no time zone"))?;
    let reader = Marks::in_zone(Words::parse(&messages), zone);
    let note = text(&texts, "note")?;
    let mut pictures = Vec::new();
    for (shot, id) in SHOTS.iter().zip(names()) {
        let tree: Value = serde_json::to_value(shot.tree(&reader)?)?;
        let dark = shot.theme == Theme::Dark;
        pictures.push(json!({
            "id": id, "theme": if dark { "dark" } else { "light" }, "note": note,
            "headline": text(&texts[shot.name], "headline")?, "sentence": text(&texts[shot.name], "sentence")?,
            "surface": {"tree": tree, "zoom": shot.zoom, "from_top": shot.from_top, "scroll_to": shot.scroll_to},
        }));
    }
    pictures.push(json!({
        "id": TILE, "theme": "light", "note": note,
        "headline": text(&texts[TILE], "headline")?, "sentence": text(&texts[TILE], "sentence")?,
    }));
    let style = [read("banner.css")?, read("surface.css")?].concat();
    let data = json!({
        "language": reader.language(), "direction": reader.words().say("text_direction", &[]),
        "timeZone": text(&texts, "time_zone")?, "pictures": pictures, "style": style,
    });
    // Nothing in the data may end the script that contains it.
    Ok(PAGE
        .replace("INTL", crate::gallery::marks::INTL)
        .replace("PAINTER", &read("paint.js")?)
        .replace("RING", &read(icons::DRAWING)?)
        .replace("DATA", &data.to_string().replace("</", "<\\/")))
}

impl Shot {
    fn tree(&self, reader: &Marks) -> Result<refill_watch::view::Element> {
        let scene: Scene = scenes()
            .into_iter()
            .find(|scene| scene.name == self.scene)
            .with_context(|| format!("there is no scene {}", self.scene))?;
        let (_, tree) = surfaces(&scene, self.theme, reader)
            .into_iter()
            .find(|(surface, _)| *surface == self.surface)
            .with_context(|| format!("{} has no {}", self.scene, self.surface))?;
        Ok(tree)
    }
}

fn texts_file(language: &str) -> PathBuf {
    files::workspace().join(format!("store/pictures/{language}.json"))
}

/// The texts beside the surfaces; in English until somebody translates them.
fn texts(language: &str) -> Result<Value> {
    let mut file = texts_file(language);
    if !file.exists() {
        println!("{} is missing: the headlines are the English ones", file.display());
        file = texts_file("en");
    }
    read_texts(&file)
}

/// Reads one language's texts, and refuses them if one is missing or unknown.
fn read_texts(file: &Path) -> Result<Value> {
    let texts: Value = serde_json::from_slice(&files::read(file)?)
        .with_context(|| format!("{} is no JSON", file.display()))?;
    let check = || {
        let shots = SHOTS.iter().map(|shot| shot.name).chain([TILE]);
        for name in shots.clone() {
            text(&texts[name], "headline")
                .and(text(&texts[name], "sentence"))
                .with_context(|| name.to_owned())?;
            keys(&texts[name], 2)?;
        }
        text(&texts, "time_zone").and(text(&texts, "note"))?;
        keys(&texts, shots.count() + 2)
    };
    check().with_context(|| file.display().to_string())?;
    Ok(texts)
}

/// Makes sure that there are only the `count` keys already read.
fn keys(texts: &Value, count: usize) -> Result<()> {
    let found = texts.as_object().map_or(0, Map::len);
    ensure!(found == count, "{found} keys in the place of {count}: one is not known");
    Ok(())
}

fn text<'a>(texts: &'a Value, key: &str) -> Result<&'a str> {
    texts[key].as_str().filter(|text| !text.is_empty()).with_context(|| format!("{key} is missing"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder() -> PathBuf {
        files::workspace().join("store/pictures")
    }

    #[test]
    fn the_stores_take_the_committed_pictures() {
        for name in names() {
            let file = folder().join(format!("en/{name}.png"));
            let picture = fs::read(&file).unwrap();
            let reader = Decoder::new(Cursor::new(&picture)).read_info().unwrap();
            let info = reader.info();
            assert_eq!((info.width, info.height), size(&name), "{name}");
            assert_eq!((info.color_type, info.bit_depth), (ColorType::Rgb, BitDepth::Eight), "{name}");
            assert!(info.trns.is_none(), "{name} has a transparent colour");
            assert!(picture.len() < 150_000, "{name}: {} bytes", picture.len());
        }
    }

    #[test]
    fn every_language_says_something_beside_every_picture() {
        let mut languages = 0;
        for entry in fs::read_dir(folder()).unwrap() {
            let file = entry.unwrap().path();
            if file.extension().is_some_and(|end| end == "json") {
                read_texts(&file).unwrap();
                page(file.file_stem().unwrap().to_str().unwrap()).unwrap();
                languages += 1;
            }
        }
        assert!(languages >= 2, "{languages}");
    }

    #[test]
    fn a_language_without_texts_has_the_english_ones() {
        assert!(page("nl").is_err(), "the extension does not speak it");
        let page = page("tr").unwrap();
        assert!(page.contains("Is this 0 right?") && page.contains(r#""language":"tr""#));
    }

    #[test]
    fn a_number_asks_for_a_plural_form_that_the_language_has() {
        let mut seen = Vec::new();
        for entry in fs::read_dir(files::workspace().join("extension/_locales")).unwrap() {
            let file = entry.unwrap().path().join("messages.json");
            let words = Words::parse(&fs::read_to_string(file).unwrap());
            let reader = Marks::in_zone(words, chrono_tz::UTC);
            let language = reader.language();
            for n in [0, 1, 2, 3, 5, 12, 21, 22, 100, 111] {
                let form = reader.plural(n);
                // Where there is one form only, the view takes that.
                let has = reader.words().has(&format!("lasts_pace_{form}"));
                assert!(has || ["ja", "ko", "zh-CN"].contains(&language.as_str()), "{language} {n}: {form}");
                seen.push(format!("{language} {n} {form}"));
            }
        }
        for expected in [
            "en 0 other",
            "fr 0 one",
            "pl 1 one",
            "pl 22 few",
            "pl 12 many",
            "pl 21 many",
            "ru 21 one",
            "ru 111 many",
            "ar 2 two",
            "ar 3 few",
            "ar 12 many",
            "ar 100 other",
        ] {
            assert!(seen.iter().any(|seen| seen == expected), "{expected}");
        }
    }

    #[test]
    fn texts_that_are_not_whole_are_refused() {
        let whole = read_texts(&texts_file("en")).unwrap();
        let file = tempfile();
        for (key, with) in [("note", Value::Null), ("late", json!({"headline": "Late"})), ("lat", json!({}))]
        {
            let mut texts = whole.clone();
            texts[key] = with;
            files::write(&file, texts.to_string().as_bytes()).unwrap();
            assert!(read_texts(&file).is_err(), "{key}");
        }
        fs::remove_file(file).unwrap();
    }

    fn tempfile() -> PathBuf {
        std::env::temp_dir().join(format!("refill-watch-texts-{}.json", std::process::id()))
    }

    #[test]
    fn a_picture_loses_its_alpha_and_nothing_else() {
        let mut png = Vec::new();
        let mut encoder = Encoder::new(&mut png, 2, 1);
        encoder.set_color(ColorType::Rgba);
        encoder.set_depth(BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(&[1, 2, 3, 255, 4, 5, 6, 255]).unwrap();
        let picture = without_alpha(&png, (2, 1)).unwrap();
        let mut reader = Decoder::new(Cursor::new(&picture)).read_info().unwrap();
        let mut pixels = [0; 6];
        assert_eq!(reader.next_frame(&mut pixels).unwrap().color_type, ColorType::Rgb);
        assert_eq!(pixels, [1, 2, 3, 4, 5, 6]);
        assert!(without_alpha(&png, (1, 2)).is_err(), "another size");
    }
}
