"""The distance of vectors from a reference."""

import numpy as np

F32_BOUND = 1e-5  # of every component, against torch in f32


def compare(vectors, reference):
    vectors = np.asarray(vectors, np.float64)
    reference = np.asarray(reference, np.float64)
    cosines = (vectors * reference).sum(1) / (
        np.linalg.norm(vectors, axis=1) * np.linalg.norm(reference, axis=1))
    return {"min_cosine": float(cosines.min()),
            "mean_cosine": float(cosines.mean()),
            "max_error": float(np.abs(vectors - reference).max())}


def check_f32(figures, where):
    """A benchmark of wrong vectors would be worth nothing."""
    if not figures["max_error"] < F32_BOUND:
        raise SystemExit(f"{where}: emblem f32 is {figures['max_error']:.2e} from "
                         f"torch f32, and may be {F32_BOUND:.0e}")


def check_lowered(figures, precision, where):
    """What is as near as f32 is f32, whatever it says of itself: its time would be
    that of another precision."""
    if figures["max_error"] < F32_BOUND:
        raise SystemExit(f"{where}: emblem {precision} is within {F32_BOUND:.0e} of "
                         "torch f32, so it was not lowered; it computes in f32")
