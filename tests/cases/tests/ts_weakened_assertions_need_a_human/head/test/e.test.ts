import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("counts letters", async () => {
  expect.assertions(1);
  expect(await load("tea")).toBe(3);
});
