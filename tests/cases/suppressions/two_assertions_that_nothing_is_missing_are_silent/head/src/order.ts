import { Order, Line } from "./types";

export function total(order: Order): number {
  let sum = order.lines[0]!.price + order.lines[1]!.price;
  for (const line of order.lines) {
    sum += line.price * line.count;
  }
  return sum;
}

export function label(order: Order): string {
  return order.customer.name + " (" + order.id + ")";
}
