"""Where training will be at every moment, computed before it begins."""

from .aligned import effective_start, flow_time, half_rise_times, loss_of_strengths, mode_strengths
from .exact import Dynamics
from .forecast import (
    HalfRiseForecast,
    half_rise_forecast,
    learned_modes,
    typical_start,
    visible_steps,
)
from .measures import (
    entropy_rank,
    find_steps,
    learned_rank,
    measured_half_rises,
    overlap_matrix,
    participation_ratio,
    stable_rank,
    subspace_overlap,
)
from .noise import SAMPLERS, excess_loss, log_strength_spread, noise_number, noise_radius, sampling_noise
from .steps import UnstableStepError, extreme_eigenvalues, monotone_bound, stability_bound
from .support import CorpusSupport, noise_variance, supported_modes, underlying_eigenvalues

__all__ = [
    "SAMPLERS",
    "CorpusSupport",
    "Dynamics",
    "HalfRiseForecast",
    "UnstableStepError",
    "effective_start",
    "entropy_rank",
    "excess_loss",
    "extreme_eigenvalues",
    "find_steps",
    "flow_time",
    "half_rise_forecast",
    "half_rise_times",
    "learned_modes",
    "learned_rank",
    "log_strength_spread",
    "loss_of_strengths",
    "measured_half_rises",
    "mode_strengths",
    "monotone_bound",
    "noise_number",
    "noise_radius",
    "noise_variance",
    "overlap_matrix",
    "participation_ratio",
    "sampling_noise",
    "stability_bound",
    "stable_rank",
    "subspace_overlap",
    "supported_modes",
    "typical_start",
    "underlying_eigenvalues",
    "visible_steps",
]
