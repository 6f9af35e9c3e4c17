export function area(width: number, height: number): number {
  const size = width * height;
  if (size < 0) {
    process.exit(2);
  }
  return Math.round(size);
}
