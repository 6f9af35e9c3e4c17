import { cents } from '@shop/money';
import { half } from '@shop/rounding';

export const price = half(cents(1));
