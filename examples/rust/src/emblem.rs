//! As much of emblem.h as this program needs, and a safe type over it.

use std::ffi::CStr;
use std::os::raw::{c_char, c_int, c_void};
use std::ptr;

#[repr(C)]
struct ModelTable {
    opaque: [u8; 0],
}
#[repr(C)]
struct CModel {
    opaque: [u8; 0],
}
#[repr(C)]
struct Text {
    data: *const c_char,
    size: usize,
}

extern "C" {
    fn emblem_open(
        table: *const ModelTable,
        options: *const c_void,
        model: *mut *mut CModel,
    ) -> c_int;
    fn emblem_embed(
        model: *mut CModel,
        texts: *const Text,
        count: usize,
        vectors: *mut f32,
        infos: *mut c_void,
    ) -> c_int;
    fn emblem_free(model: *mut CModel);
    fn emblem_last_error() -> *const c_char;
}

// DIMENSION and MODEL_TABLE, by build.rs.
include!(concat!(env!("OUT_DIR"), "/model.rs"));

fn check(status: c_int) -> Result<(), String> {
    if status == 0 {
        return Ok(());
    }
    // Valid until this thread's next call.
    let sentence = unsafe { CStr::from_ptr(emblem_last_error()) };
    Err(sentence.to_string_lossy().into_owned())
}

/// The model that is linked in.
pub struct Model(*mut CModel);

// Every function of the interface may be called from any thread.
unsafe impl Send for Model {}
unsafe impl Sync for Model {}

impl Model {
    pub fn open() -> Result<Model, String> {
        let mut model = ptr::null_mut();
        check(unsafe { emblem_open(&MODEL_TABLE, ptr::null(), &mut model) })?;
        Ok(Model(model))
    }

    /// A vector of DIMENSION numbers for each text, one after the other.
    pub fn embed(&self, texts: &[String]) -> Result<Vec<f32>, String> {
        let given: Vec<Text> = texts
            .iter()
            .map(|text| Text {
                data: text.as_ptr().cast(),
                size: text.len(),
            })
            .collect();
        let mut vectors = vec![0f32; texts.len() * DIMENSION];
        check(unsafe {
            emblem_embed(
                self.0,
                given.as_ptr(),
                given.len(),
                vectors.as_mut_ptr(),
                ptr::null_mut(),
            )
        })?;
        Ok(vectors)
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        unsafe { emblem_free(self.0) }
    }
}
