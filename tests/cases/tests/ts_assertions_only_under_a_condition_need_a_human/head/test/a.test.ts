import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("needs a name", async () => {
  try {
    await load("");
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
  }
});

it("adds the tax", () => {
  const total = price(3);
  if (total) {
    expect(total).toBe(3.6);
  }
});

it("needs one in any case", () => {
  return load("").catch((error) => expect(error).toBeInstanceOf(TypeError));
});
