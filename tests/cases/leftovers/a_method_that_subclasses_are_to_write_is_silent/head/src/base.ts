export const kinds = 2;

export class Shape {
  area(): number {
    throw new Error("a subclass must implement this");
  }
}
