"""Where training will be at every moment, computed before it begins."""

from .aligned import aligned_half_rises, effective_start, flow_time, loss_of_strengths, mode_strengths
from .exact import Dynamics
from .forecast import (
    HalfRiseForecast,
    forecast_half_rises,
    learned_modes,
    typical_start,
    visible_steps,
)
from .measures import (
    entropy_rank,
    find_steps,
    inverse_participation_ratio,
    learned_rank,
    measured_half_rises,
    overlap_matrix,
    participation_ratio,
    stable_rank,
    subspace_overlap,
)
from .noise import SAMPLERS, excess_loss, log_strength_spread, noise_number, noise_radius, sampling_noise
from .steps import UnstableStepError, extreme_eigenvalues, monotone_bound, stability_bound
from .support import CorpusSupport, counting_variance, supported_modes, underlying_eigenvalues

__all__ = [
    "SAMPLERS",
    "CorpusSupport",
    "Dynamics",
    "HalfRiseForecast",
    "UnstableStepError",
    "aligned_half_rises",
    "counting_variance",
    "effective_start",
    "entropy_rank",
    "excess_loss",
    "extreme_eigenvalues",
    "find_steps",
    "flow_time",
    "forecast_half_rises",
    "inverse_participation_ratio",
    "learned_modes",
    "learned_rank",
    "log_strength_spread",
    "loss_of_strengths",
    "measured_half_rises",
    "mode_strengths",
    "monotone_bound",
    "noise_number",
    "noise_radius",
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
