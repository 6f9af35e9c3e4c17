async function later() {
  const kit = await import('later-price-kit');
  return kit.run();
}

module.exports = later;
