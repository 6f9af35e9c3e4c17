export const isMysql = (name: string) => name === "mysql";
