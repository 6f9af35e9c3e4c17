import { uniq } from 'lodash';

export const unique = (rows) => uniq(rows);
