export const x = 1;

export abstract class Store {
  abstract get(id: string): string;
  close(): void {}
}

export function pick(a: string): string;
export function pick(a: number): number;
export function pick(a: unknown): unknown {
  return a;
}
