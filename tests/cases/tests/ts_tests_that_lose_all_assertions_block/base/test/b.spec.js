const assert = require("assert");
const { price } = require("../src/shop");

describe("price", () => {
  it("adds the tax", () => {
    const total = price(3);
    assert.equal(total, 3.6);
  });
});
