//! nearest QUESTION TEXT...: the texts with their cosines, that which is most like the question first.
//! nearest --vectors TEXT...: the vectors, a line a text.

mod emblem;

use std::process::ExitCode;

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn run(arguments: &[String]) -> Result<(), String> {
    let wants_vectors = arguments
        .first()
        .map_or(false, |first| first == "--vectors");
    let texts = &arguments[usize::from(wants_vectors)..];
    if texts.len() < if wants_vectors { 1 } else { 2 } {
        return Err("usage: nearest QUESTION TEXT..., or nearest --vectors TEXT...".into());
    }
    let vectors = emblem::Model::open()?.embed(texts)?;
    let mut rows = vectors.chunks(emblem::DIMENSION);
    if wants_vectors {
        for row in rows {
            let numbers: Vec<String> = row.iter().map(f32::to_string).collect();
            println!("{}", numbers.join(" "));
        }
        return Ok(());
    }
    let question = rows.next().unwrap();
    let mut found: Vec<(f32, &String)> = rows
        .map(|row| cosine(question, row))
        .zip(&texts[1..])
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (score, text) in found {
        println!("{score:.3}  {text}");
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("nearest: {sentence}");
            ExitCode::FAILURE
        }
    }
}
