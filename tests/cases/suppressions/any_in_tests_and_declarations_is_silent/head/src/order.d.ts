export const a: string;
export const b: any;
