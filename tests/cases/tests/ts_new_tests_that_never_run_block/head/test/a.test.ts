import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it.each([])("of %d", (n) => {
  expect(price(n)).toBe(1);
});

if (false) {
  it("adds the tax", () => {
    expect(price(3)).toBe(3.6);
  });
}

it("comes back early", () => {
  return;
  expect(price(3)).toBe(3.6);
});

it("goes over nothing", () => {
  for (const n of []) {
    expect(price(n)).toBe(1);
  }
});

it.skip("is for later", () => {
  expect(price(3)).toBe(3.6);
});

it("hides in a function", () => {
  const check = () => {
    expect(price(3)).toBe(3.6);
  };
  price(2);
});
