export const kinds = 2;
