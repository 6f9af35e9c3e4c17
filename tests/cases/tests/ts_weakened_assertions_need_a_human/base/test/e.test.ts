import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("counts letters", async () => {
  expect.assertions(2);
  expect(await load("tea")).toBe(3);
  expect(await load("milk")).toBe(4);
});
