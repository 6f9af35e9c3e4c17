export function area(width: number, height: number): number {
  const size = width * height;
  return Math.round(size);
}

export function edge(width: number): number {
  throw new Error("Not implemented yet");
}
