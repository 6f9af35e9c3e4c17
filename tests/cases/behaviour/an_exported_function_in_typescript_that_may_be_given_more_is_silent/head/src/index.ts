export function area(width: number, height: number, depth = 1): number {
  const size = width * height * depth;
  return Math.round(size);
}
