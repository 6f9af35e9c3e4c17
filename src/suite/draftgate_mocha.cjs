// What came of each test of mocha, written at the end in the form in which vitest and jest write it.
'use strict';
const fs = require('node:fs');

module.exports = function (runner) {
  const files = new Map();
  const tell = (test, status, error) => {
    const ancestors = [];
    let file = test.file;
    for (let above = test.parent; above && !above.root; above = above.parent) {
      ancestors.unshift(above.title);
      file = file || above.file;
    }
    const name = file || '';
    if (!files.has(name)) files.set(name, []);
    files.get(name).push({
      ancestorTitles: ancestors,
      title: test.title,
      status,
      failureMessages: error ? [String((error && error.stack) || error)] : [],
    });
  };
  runner.on('pass', (test) => tell(test, 'passed'));
  runner.on('pending', (test) => tell(test, 'pending'));
  runner.on('fail', (test, error) => tell(test, 'failed', error));
  runner.once('end', () => {
    const results = [...files].map(([name, assertionResults]) => ({ name, status: '', message: '', assertionResults }));
    fs.writeFileSync(process.env.DRAFTGATE_OUTCOMES, JSON.stringify({ success: true, testResults: results }));
  });
};
