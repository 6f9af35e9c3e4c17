import { describe, expect, it } from "vitest";
import { load, price } from "../src/shop";

it("adds the tax", () => {
  expect(price(3)).toMatchInlineSnapshot(`3.6`);
});
