import { z } from 'zod';
import { rounded } from 'zodd-price-kit';

export const price = rounded(z);
