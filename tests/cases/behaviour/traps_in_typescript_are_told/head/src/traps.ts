export const a = 1;

export function send(ids: string[]): void {
  ids.forEach(async (id) => {
    await post(id);
  });
}

export function middle(values: number[]): number {
  return [...values].sort()[values.length >> 1];
}

export const cells = new Array(9).fill({ seen: false });

export const size = (text: string) => parseInt(text);
