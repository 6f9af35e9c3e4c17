export function area(width: number, height: number): number {
  const size = width * height;
  console.log("size", size);
  return Math.round(size);
}
