import { expect, it, vi } from "vitest";
import * as shop from "../src/shop";

it("adds the tax", () => {
  vi.spyOn(shop, "price").mockReturnValue(3.6);
  expect(shop.price(3)).toBe(3.6);
});
