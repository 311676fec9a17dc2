// The sounds of one example share one position: playing another of them continues at the same moment.
for (const example of document.querySelectorAll("[data-example]")) {
  const sounds = [...example.querySelectorAll("audio")];
  const buttons = [...example.querySelectorAll("button")];
  let current = sounds[0];
  const mark = () => buttons.forEach((button, i) => button.setAttribute("aria-pressed", sounds[i] === current && !current.paused));
  sounds.forEach((sound, i) => {
    sound.addEventListener("play", () => {
      for (const other of document.querySelectorAll("audio")) if (other !== sound) other.pause();
      if (sound !== current) {
        const ended = current.currentTime >= current.duration - 0.05;
        sound.currentTime = ended ? 0 : current.currentTime;
        current = sound;
      }
      mark();
    });
    sound.addEventListener("seeked", () => { if (!sound.paused) current = sound; });
    sound.addEventListener("pause", mark);
    buttons[i].hidden = false;
    buttons[i].addEventListener("click", () => (sound.paused ? sound.play() : sound.pause()));
  });
}
