export function price(n: number): number {
  return n * 1.2;
}

export async function load(name: string): Promise<number> {
  if (!name) throw new TypeError("a name is missing");
  return name.length;
}
