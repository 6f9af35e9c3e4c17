const _ = require('lodash');

module.exports = (rows) => _.uniq(rows);
