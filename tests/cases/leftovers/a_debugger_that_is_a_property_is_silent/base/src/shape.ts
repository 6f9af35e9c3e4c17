export function area(width: number, height: number): number {
  const size = width * height;
  return Math.round(size);
}
