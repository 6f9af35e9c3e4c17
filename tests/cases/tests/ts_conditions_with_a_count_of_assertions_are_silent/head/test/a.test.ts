import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("needs a name", async () => {
  expect.assertions(1);
  try {
    await load("");
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
  }
});

it("adds the tax", () => {
  const total = price(3);
  expect(total).toBeDefined();
  if (total) {
    expect(total).toBe(3.6);
  }
});

it("goes over all", () => {
  for (const n of [1, 2]) {
    expect(price(n)).toBeGreaterThan(n);
  }
});
