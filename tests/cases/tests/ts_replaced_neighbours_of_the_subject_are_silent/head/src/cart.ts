import { load } from "./shop";

export async function total(names: string[]): Promise<number> {
  const all = await Promise.all(names.map(load));
  return all.reduce((sum, one) => sum + one, 0);
}
