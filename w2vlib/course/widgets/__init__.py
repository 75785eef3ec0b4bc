"""Figures one can move, each drawn from a small table of plain data."""

from .analogy import analogy_explorer
from .assumptions import assumption_explorer
from .attend import attend_explorer
from .ball import ball_explorer
from .best import best_explorer
from .book import book_table
from .bytes import byte_explorer
from .cloud import word_cloud
from .cost import cost_explorer
from .depth import depth_explorer
from .direction import direction_explorer
from .document import document_explorer
from .doubt import doubt_explorer
from .explorer import Explorer
from .families import families_explorer
from .forecast import forecast_explorer
from .grok import grok_explorer
from .knobs import knob_explorer
from .mode import mode_explorer
from .months import circle_explorer
from .noise import noise_explorer
from .own import own_text_explorer
from .pmi import pmi_explorer
from .push import push_explorer
from .rank import rank_explorer
from .recorded import recorded_explorer
from .shared import shared_explorer
from .signal import signal_explorer
from .staircase import staircase_explorer
from .start import start_explorer
from .step import step_explorer
from .table import dynamics_table
from .takeout import takeout_explorer
from .text import text_explorer
from .trap import trap_explorer
from .window import window_explorer

__all__ = [
    "Explorer",
    "analogy_explorer",
    "assumption_explorer",
    "attend_explorer",
    "ball_explorer",
    "best_explorer",
    "book_table",
    "byte_explorer",
    "circle_explorer",
    "cost_explorer",
    "depth_explorer",
    "direction_explorer",
    "document_explorer",
    "doubt_explorer",
    "dynamics_table",
    "families_explorer",
    "forecast_explorer",
    "grok_explorer",
    "knob_explorer",
    "mode_explorer",
    "noise_explorer",
    "own_text_explorer",
    "pmi_explorer",
    "push_explorer",
    "rank_explorer",
    "recorded_explorer",
    "shared_explorer",
    "signal_explorer",
    "staircase_explorer",
    "start_explorer",
    "step_explorer",
    "takeout_explorer",
    "text_explorer",
    "trap_explorer",
    "window_explorer",
    "word_cloud",
]
