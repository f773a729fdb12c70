//! `cargo xtask icons`: renders the extension's icons from their one drawing.
//!
//! The PNGs are committed and the build takes them as they are. Rendering uses floating point, whose last bit may
//! differ between processors, and the zips must be the same everywhere.

use crate::files;
use anyhow::{Context, Result};
use png::{BitDepth, ColorType, Compression, Encoder, Filter};
use quantizr::{Image, QuantizeResult};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use std::fs;
use std::path::PathBuf;

/// The drawing, by its path in the extension. No browser uses it, so it is not packed.
pub(crate) const DRAWING: &str = "icons/ring.svg";

/// The icons' sides in pixels, as manifest.json names them.
pub(crate) const SIDES: [u16; 4] = [16, 32, 48, 128];

/// The most colours in an icon. The smallest icon has no more; in the others, nobody can see the difference.
const COLOURS: i32 = 64;

/// Renders the drawing in every size, into files beside it.
pub(crate) fn run() -> Result<()> {
    let drawing = drawing()?;
    let mut total = 0;
    for side in SIDES {
        let icon = render(&drawing, side)?;
        let file = file(side);
        fs::write(&file, &icon).with_context(|| format!("cannot write {}", file.display()))?;
        println!("{:>9}  icons/{side}.png", icon.len());
        total += icon.len();
    }
    println!("{total:>9}  in all. Look at them before you commit them");
    Ok(())
}

fn file(side: u16) -> PathBuf {
    files::workspace().join(format!("extension/icons/{side}.png"))
}

fn drawing() -> Result<Tree> {
    let file = files::workspace().join("extension").join(DRAWING);
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Tree::from_str(&text, &Options::default()).with_context(|| format!("{} is no SVG", file.display()))
}

/// The drawing as a square PNG with sides of `side` pixels.
fn render(drawing: &Tree, side: u16) -> Result<Vec<u8>> {
    let mut canvas = Pixmap::new(side.into(), side.into()).context("an icon has no size")?;
    let scale = f32::from(side) / drawing.size().width().max(drawing.size().height());
    resvg::render(drawing, Transform::from_scale(scale, scale), &mut canvas.as_mut());
    let rgba: Vec<u8> = canvas
        .pixels()
        .iter()
        .map(|pixel| pixel.demultiply())
        .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()])
        .collect();

    let image = Image::new(&rgba, side.into(), side.into())?;
    let mut options = quantizr::Options::default();
    options.set_max_colors(COLOURS)?;
    let mut colours = QuantizeResult::quantize(&image, &options);
    // Dithering would take more bytes than the colours.
    colours.set_dithering_level(0.0)?;
    let mut pixels = vec![0; usize::from(side) * usize::from(side)];
    colours.remap_image(&image, &mut pixels)?;

    let palette = colours.get_palette();
    let palette = palette.entries.iter().take(usize::try_from(palette.count)?);
    let mut icon = Vec::new();
    let mut encoder = Encoder::new(&mut icon, side.into(), side.into());
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder
        .set_palette(palette.clone().flat_map(|colour| [colour.r, colour.g, colour.b]).collect::<Vec<_>>());
    encoder.set_trns(palette.map(|colour| colour.a).collect::<Vec<_>>());
    encoder.set_compression(Compression::High);
    // Filters predict shades, which does not work on palette indexes.
    encoder.set_filter(Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(icon)
}

#[cfg(test)]
mod tests {
    use super::*;
    use png::{Decoder, Transformations};
    use std::io::Cursor;

    /// The pixels of a PNG as RGBA.
    fn pixels(png: &[u8]) -> Vec<[u8; 4]> {
        let mut decoder = Decoder::new(Cursor::new(png));
        decoder.set_transformations(Transformations::EXPAND | Transformations::ALPHA);
        let mut reader = decoder.read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut bytes).unwrap();
        bytes.as_chunks().0.to_vec()
    }

    #[test]
    fn the_committed_icons_are_what_the_command_makes() {
        let drawing = drawing().unwrap();
        for side in SIDES {
            let (made, kept) =
                (pixels(&render(&drawing, side).unwrap()), pixels(&fs::read(file(side)).unwrap()));
            assert_eq!(made.len(), kept.len(), "icons/{side}.png: run `cargo xtask icons`");
            // Another processor may round a shade differently, and so give a pixel the neighbouring palette colour.
            let differ = |(made, kept): &(&[u8; 4], &[u8; 4])| {
                made.iter().zip(*kept).any(|(made, kept)| made.abs_diff(*kept) > 2)
            };
            let others = made.iter().zip(&kept).filter(differ).count();
            assert!(
                others * 100 <= made.len(),
                "icons/{side}.png differs in {others} pixels: run `cargo xtask icons`"
            );
        }
    }
}
