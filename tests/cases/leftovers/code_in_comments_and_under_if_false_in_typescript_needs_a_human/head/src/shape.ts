export function area(width: number, height: number): number {
  const size = width * height;
  // const depth = 1;
  // if (depth > 0) {
  //   const volume = size * depth;
  //   return Math.round(volume);
  // }
  // log(size, depth);
  if (false) {
    return size;
  }
  return Math.round(size);
}
