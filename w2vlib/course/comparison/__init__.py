"""Training beside the theory, with any of the theory's assumptions broken on purpose (needs torch)."""

from .compare import compare
from .deviations import SWITCHES, deviation_residuals, deviation_table
from .result import Comparison, Prediction

__all__ = ["SWITCHES", "Comparison", "Prediction", "compare", "deviation_residuals", "deviation_table"]
