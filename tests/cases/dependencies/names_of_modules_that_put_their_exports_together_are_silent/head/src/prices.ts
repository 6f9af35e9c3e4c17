import { euros } from './open';
import { part, other } from './common';
import { cents } from '.';

export const price = euros(cents(part + other));
