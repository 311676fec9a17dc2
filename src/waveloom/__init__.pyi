"""The types of the Python API, whose names `__init__.py` imports when they are first used."""

from waveloom.api.classification import classify as classify
from waveloom.api.features import extract as extract
from waveloom.api.generator import Generator as Generator
from waveloom.api.inspection import Inspection as Inspection
from waveloom.api.inspection import inspect as inspect
from waveloom.api.models import load as load
from waveloom.api.scores import score as score
from waveloom.api.sound import Sound as Sound
from waveloom.api.sound import Sounds as Sounds
from waveloom.api.translator import Translator as Translator
from waveloom.config.errors import InputError as InputError

__version__: str
__all__: list[str]
