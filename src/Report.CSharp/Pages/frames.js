// Shows the frames of an animation one after another; without it the last frame stands.
for (const part of document.querySelectorAll("[data-frames]")) {
  const frames = [...part.querySelectorAll(".frames > div")], slider = part.querySelector("input"), button = part.querySelector("button");
  let timer = 0;
  const show = k => frames.forEach((frame, index) => frame.classList.toggle("shown", index === k));
  const stop = () => { clearInterval(timer); timer = 0; button.textContent = "Play"; };
  slider.addEventListener("input", () => { stop(); show(+slider.value); });
  button.addEventListener("click", () => {
    if (timer) return stop();
    button.textContent = "Stop";
    timer = setInterval(() => { slider.value = (+slider.value + 1) % frames.length; show(+slider.value); }, 600);
  });
}
