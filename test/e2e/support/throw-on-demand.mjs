/*
 * Loaded into a server under test: faults of the kind that no promise and no handler catches. Reading a message of Lean that
 * holds the mark throws outside of the reader; SIGUSR2 throws where no call is.
 */
import process from 'node:process';

const mark = 'fault on demand';
const parse = JSON.parse;
JSON.parse = (text, ...more) => {
  if (String(text).includes(mark) && /publishDiagnostics|"event":"message"/.test(String(text))) {
    setImmediate(() => {
      throw new Error('a fault in a call');
    });
  }
  return parse(text, ...more);
};
process.on('SIGUSR2', () => {
  throw new Error('a fault of nobody');
});
