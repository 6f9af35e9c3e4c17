const { price } = require("../src/shop");

fit("adds the tax", () => {
  expect(price(3)).toBe(3.6);
});
