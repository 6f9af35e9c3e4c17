const { price } = require("../src/shop");

describe("price", () => {
  it("adds the tax", () => {
    const total = price(3);
    console.log(total);
  });
});
