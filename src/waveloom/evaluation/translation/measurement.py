"""Makes the sounds of all systems, group by group, and measures them; only outputs of the translator are kept."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from waveloom.audio.clip import Clip
from waveloom.config import plugins
from waveloom.evaluation.paired_metrics import spectral_snr_db
from waveloom.evaluation.translation import baselines
from waveloom.evaluation.translation.baselines import Request
from waveloom.evaluation.translation.clips import batch_of
from waveloom.evaluation.translation.copies import Copies
from waveloom.evaluation.translation.excerpts import Excerpt
from waveloom.evaluation.translation.scores import Score, pair_scores, score
from waveloom.evaluation.translation.sound import Sound
from waveloom.evaluation.translation.style import Style
from waveloom.evaluation.translation.systems import (
    REAL,
    ROUND_TRIP,
    SOURCE,
    TARGET,
    TRANSLATED,
    Inference,
    Made,
    baseline_names,
)
from waveloom.evaluation.translation.training_material import Codec, TrainingMaterial
from waveloom.evaluation.translation.translations import Selected, Translation
from waveloom.preparation.config import Prepare

_THREADS = 2  # that make and measure the baselines


class Output(NamedTuple):
    """One translation: what was translated, and the output at the rate of the model."""

    translation: Translation
    selected: Selected
    sound: Sound


@dataclass
class Measurement:
    """Measures groups of excerpts; `scores` and `outputs` grow with each.

    `inference` is the translator, `training` and `codec` are for the baselines, `style` and `copies` collect what is
    measured on clips cut as `prepare` says.
    """

    inference: Inference
    training: TrainingMaterial
    codec: Codec
    prepare: Prepare
    style: Style
    copies: Copies
    scores: list[Score] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)

    def measure_group(self, excerpts: Mapping[str, list[Excerpt]], translations: Sequence[Translation]) -> None:
        """Translate the excerpts of a group, {domain: excerpts}, and measure all systems on them."""
        made = [Made(TARGET, "", domain, some[0].piece, REAL, some[0].sound) for domain, some in excerpts.items()]
        for translation in translations:
            made += self._measure(translation, translation.select(excerpts))
        # The style of the true target is that of all real sounds, each counted once.
        batch = batch_of((one for one in made if one.system != TARGET or one.number == REAL), self.prepare)
        self.scores += self.style.add(batch)
        self.copies.add(batch)
        for one in made:
            one.sound.forget()

    def _measure(self, translation: Translation, selected: Selected) -> list[Made]:
        """Make and measure the sounds of all systems for one translation."""
        source = selected.source
        clip = self.inference.translated(source.clip, translation.target)
        translated = self.inference.sound(clip, len(source.sound.samples))
        self.outputs.append(Output(translation, selected.without_clips, translated))
        made = self._made(translation, source, TRANSLATED, translated)
        if translation.cycle:
            self.scores += self._cycle(made, clip, source)
        systems = [made, *self._baselines(translation, selected)]
        # Measured first, as all other systems are compared with these two.
        ordered = sorted(systems, key=lambda one: one.system not in (SOURCE, TARGET))
        with ThreadPoolExecutor(_THREADS) as pool:
            truth = selected.truth.sound if selected.truth else None
            for scores in pool.map(lambda one: list(pair_scores(one, source.sound, truth)), ordered):
                self.scores += scores
        return systems

    def _baselines(self, translation: Translation, selected: Selected) -> Iterator[Made]:
        truth, other = (one.sound if one else None for one in (selected.truth, selected.other))
        request = Request(selected.source.sound, translation.target, truth, other, self.training, self.codec)
        with ThreadPoolExecutor(_THREADS) as pool:
            names = baseline_names()
            sounds = pool.map(lambda name: plugins.load(baselines, name).make(request), names)
            for name, sound in zip(names, sounds, strict=True):
                if sound is not None:
                    yield self._made(translation, selected.source, name, sound)

    def _cycle(self, made: Made, translated: Clip, source: Excerpt) -> Iterator[Score]:
        """Spectral SNR of the source after two translations, and after the round trip of the representation."""
        length = len(source.sound.samples)
        back = self.inference.sound(self.inference.translated(translated, made.source), length)
        decoded = source.sound.measured(self.codec.round_trip)
        for one in (made._replace(sound=back), made._replace(system=ROUND_TRIP, sound=decoded)):
            levelled = one.sound.at_level_of(source.sound).samples
            value = spectral_snr_db(source.sound.samples[None], levelled[None])[0]
            yield score("cycle_spectral_snr_db", "source", one, value)

    def _made(self, translation: Translation, source: Excerpt, system: str, sound: Sound) -> Made:
        return Made(system, translation.source, translation.target, source.piece, translation.number, sound)
