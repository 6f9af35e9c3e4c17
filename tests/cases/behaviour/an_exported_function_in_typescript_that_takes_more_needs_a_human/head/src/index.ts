export function area(width: number, height: number, depth: number): number {
  const size = width * height * depth;
  return Math.round(size);
}
