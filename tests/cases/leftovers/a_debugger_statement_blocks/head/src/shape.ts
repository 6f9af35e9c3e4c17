export function area(width: number, height: number): number {
  const size = width * height;
  debugger;
  return Math.round(size);
}
