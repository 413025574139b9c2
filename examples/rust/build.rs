//! Links the library that EMBLEM_MODEL names, and takes the model's own names from the header beside it.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The word behind `before` in the header's first line that has it.
fn word_behind<'a>(header: &'a str, before: &str) -> &'a str {
    let rest = header
        .lines()
        .find_map(|line| line.split_once(before))
        .map(|(_, rest)| rest);
    let end = |rest: &&str| {
        rest.find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len())
    };
    rest.map(|rest| &rest[..end(&rest)])
        .unwrap_or_else(|| panic!("the model's header has no line with '{before}'"))
}

fn main() {
    println!("cargo:rerun-if-env-changed=EMBLEM_MODEL");
    let library = env::var("EMBLEM_MODEL")
        .expect("set EMBLEM_MODEL to a library, such as libminilm.so, that emblemc wrote with --emit=shared or static");
    println!("cargo:rerun-if-changed={library}");
    let library = fs::canonicalize(&library).unwrap_or_else(|error| panic!("{library}: {error}"));
    let folder = library.parent().unwrap();
    let stem = library.file_stem().unwrap().to_string_lossy();
    let name = stem
        .strip_prefix("lib")
        .expect("the library's name must begin with 'lib', as linkers want it");

    println!("cargo:rustc-link-search=native={}", folder.display());
    if library
        .extension()
        .map_or(false, |extension| extension == "a")
    {
        println!("cargo:rustc-link-lib=static={name}");
        for system in ["m", "dl", "pthread"] {
            println!("cargo:rustc-link-lib=dylib={system}");
        }
    } else {
        println!("cargo:rustc-link-lib=dylib={name}");
        println!("cargo:rustc-link-arg=-Wl,-rpath,{}", folder.display());
    }

    let header: PathBuf = folder.join(format!("{name}.h"));
    let text =
        fs::read_to_string(&header).unwrap_or_else(|error| panic!("{}: {error}", header.display()));
    let table = word_behind(&text, "extern const struct EmblemModelTable ");
    let dimension = word_behind(&text, "_DIMENSION ");
    let model = format!(
        "pub const DIMENSION: usize = {dimension};\n\
         extern \"C\" {{\n    #[link_name = \"{table}\"]\n    static MODEL_TABLE: ModelTable;\n}}\n"
    );
    fs::write(
        Path::new(&env::var("OUT_DIR").unwrap()).join("model.rs"),
        model,
    )
    .unwrap();
}
