"""Where training will be at every moment, computed before it begins."""

from .aligned import *
from .deep import *
from .exact import *
from .forecast import *
from .lags import *
from .measures import *
from .noise import *
from .steps import *
from .support import *
