import routes from 'virtual:routes';
import a from '~/a';
import b from '@/b';
import c from '$lib/c';
import d from '#app';
import text from 'raw-loader!./e.txt';
import f from 'https://example.org/f.js';
import g from 'npm:chalk@5';
import { test } from 'bun:test';
import button from 'parts/button';
import { run } from 'untyped-kit';
import { readFile } from 'node:fs/promises';

run();
