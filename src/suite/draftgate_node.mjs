// What came of each test of node's own runner, written at the end in the form in which vitest and jest write it.
import fs from 'node:fs';

const told = (error) => {
  const cause = (error && error.cause) || error;
  return String((cause && cause.stack) || cause || '');
};

export default async function* (source) {
  const files = new Map();
  const of = (file) => {
    if (!files.has(file)) files.set(file, { name: file, status: '', message: '', assertionResults: [] });
    return files.get(file);
  };
  const open = [];
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      open.length = data.nesting;
      open[data.nesting] = data.name;
    } else if (type === 'test:pass' || type === 'test:fail') {
      const failed = type === 'test:fail' && data.todo === undefined;
      const of_file = of(data.file || '');
      const is_file = data.nesting === 0 && (data.name === data.file || data.file?.endsWith('/' + data.name));
      if (is_file) {
        if (failed && of_file.assertionResults.length === 0) {
          of_file.status = 'failed';
          of_file.message = told(data.details?.error);
        }
        continue;
      }
      if (data.details?.type === 'suite') continue;
      const skipped = data.skip !== undefined && data.skip !== false;
      of_file.assertionResults.push({
        ancestorTitles: open.slice(0, data.nesting),
        title: data.name,
        status: skipped ? 'skipped' : failed ? 'failed' : 'passed',
        failureMessages: failed ? [told(data.details?.error)] : [],
      });
    }
  }
  const testResults = [...files.values()];
  fs.writeFileSync(process.env.DRAFTGATE_OUTCOMES, JSON.stringify({ success: true, testResults }));
  yield '';
}
