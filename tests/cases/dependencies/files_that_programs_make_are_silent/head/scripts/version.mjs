import { writeFileSync } from 'node:fs';

writeFileSync('src/version.ts', 'export const version = 1;');
