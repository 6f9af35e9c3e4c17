export function area(width: number, height: number): number {
  const size = width * height;
  return Math.round(size);
}

export const options = { debugger: false, alert: "none" };
export const on = options.debugger;
