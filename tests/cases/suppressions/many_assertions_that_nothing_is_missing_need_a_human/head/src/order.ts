import { Order, Line } from "./types";

export function total(order: Order): number {
  let sum = 0;
  const first = order.lines[0]!.price;
  const second = order.lines[1]!.price;
  const street = order.customer!.address!.street!;
  log(first, second, street!);
  for (const line of order.lines) {
    sum += line.price * line.count;
  }
  return sum;
}

export function label(order: Order): string {
  return order.customer.name + " (" + order.id + ")";
}
