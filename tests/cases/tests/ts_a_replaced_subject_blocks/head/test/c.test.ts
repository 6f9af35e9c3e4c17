import { price } from "../src/shop";

jest.mock("../src/shop");

it("adds the tax", () => {
  (price as jest.Mock).mockReturnValue(3.6);
  expect(price(3)).toBe(3.6);
});
