export function area(width: number, height: number): number {
  const size = width * height;
  // The size is rounded, as the label shows it; what is
  // lost is less than a millimetre. See `label()` for
  // the words around it, and (for the history of this)
  // the change that brought the metric system.
  // Nobody asks for more; if somebody does, keep both.
  return Math.round(size);
}
