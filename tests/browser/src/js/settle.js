// (root) → "true" once fonts, images and finite animations are done and a frame has been drawn after them.
async (root) => {
  await document.fonts.ready;
  await Promise.allSettled(Array.from(document.images, (image) => image.decode()));
  for (const top of [document, root]) {
    const animations = top === null ? [] : top.getAnimations();
    const finite = animations.filter((a) => a.effect.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(finite.map((a) => a.finished));
  }
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return "true";
}
