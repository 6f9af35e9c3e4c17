import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("is nothing for nothing", () => {
  expect(price(0)).toBe(0);
});
