import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("adds the tax", () => {
  expect(price(3)).to.equal(3.6);
  expect(price(2)).toBeTruthy();
});
