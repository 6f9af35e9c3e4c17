export const a = 1;

export async function send(ids: string[]): Promise<void> {
  await Promise.all(ids.map(async (id) => post(id)));
  ids.forEach((id) => note(id));
}

export function names(values: string[]): string[] {
  return [...values].sort();
}

export const zeros = new Array(9).fill(0);

export const size = (text: string) => parseInt(text, 10);
