declare module 'untyped-kit' {
  export const run: () => void;
}
