import { Order, Line } from "./types";

export function total(order: Order): number {
  let sum = 0;
  for (const line of order.lines) {
    sum += line.price * line.count;
  }
  return sum;
}

export function label(order: Order): string {
  return order.customer.name + " (" + order.id + ")";
}
