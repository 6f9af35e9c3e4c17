const { DatabaseSync } = require('node:sqlite');
const { readFile } = require('node:fs/promises');

module.exports = { DatabaseSync, readFile };
