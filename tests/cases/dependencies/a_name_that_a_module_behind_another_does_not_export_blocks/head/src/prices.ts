import { cents, toCents } from './index';
import money from './money.js';
import * as all from '.';

export const price = toCents(cents(1)) + money + all.euros(2);
