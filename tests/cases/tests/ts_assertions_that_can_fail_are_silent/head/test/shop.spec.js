const assert = require("assert");
const { expect } = require("chai");
const { load, price } = require("../src/shop");

describe("price", function () {
  it("adds the tax", function (done) {
    assert.strictEqual(price(3), 3.6);
    expect(price(3)).to.be.above(3).and.below(4);
    load("tea").then((length) => {
      expect(length).to.equal(3);
      done();
    }, done);
  });

  it("is a number", () => {
    price(3).should.be.a("number");
    expect(price(1)).to.exist;
    assert(price(2) > 2, "more than before");
  });
});
