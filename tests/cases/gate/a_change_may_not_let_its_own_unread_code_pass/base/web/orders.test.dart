import { ordersOf } from "./orders";

it("finds the orders of a customer", async () => {
  expect(await ordersOf("ada")).toEqual([{ id: 1 }]);
});

it("finds nothing for a stranger", async () => {
  expect(await ordersOf("eve")).toEqual([]);
});
