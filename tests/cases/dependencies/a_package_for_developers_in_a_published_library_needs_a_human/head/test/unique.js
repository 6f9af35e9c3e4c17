const _ = require('lodash');

it('is', () => _.uniq([]));
