export const names = 1;

export function isUrl(text: string): boolean {
  try {
    new URL(text);
    return true;
  } catch {
    return false;
  }
}

export function stop(socket: Socket): void {
  try {
    socket.destroy();
  } catch {}
}

export function stored(): string | null {
  try {
    return localStorage.getItem("names");
  } catch {
    return null;
  }
}
