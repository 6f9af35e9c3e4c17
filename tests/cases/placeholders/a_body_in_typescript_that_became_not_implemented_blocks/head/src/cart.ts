import { db } from "./db";

export interface Item { id: string; price: number; count: number }

export async function checkout(items: Item[], user: string): Promise<string> {
  throw new Error("TODO: checkout");
}

export class Cart {
  private items: Item[] = [];

  add(item: Item): void {
    const known = this.items.find((other) => other.id === item.id);
    if (known) known.count += item.count;
    else this.items.push(item);
  }

  discount = (code: string): number => {
    if (code === "TEN") return 0.1;
    if (code === "HALF" && this.items.length > 3) return 0.5;
    return 0;
  };
}
