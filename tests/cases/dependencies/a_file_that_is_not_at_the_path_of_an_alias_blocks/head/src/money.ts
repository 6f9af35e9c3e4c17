export const cents = (x: number) => Math.round(x * 100);
