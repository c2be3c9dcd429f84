import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ProgressBar } from './progress-bar.ts';

/** A terminal that remembers what was written to it. */
function terminal(): { stream: Writable & { isTTY: boolean; columns: number }; text: () => string } {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString();
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY: true, columns: 100 }), text: () => text };
}

describe('the bar', () => {
  it('shows how much is done, what it is busy with, and goes away without a line end', () => {
    const { stream, text } = terminal();
    {
      using bar = new ProgressBar(stream);
      bar.show('Downloading', { done: 50, total: 200 });
      bar.show('Downloading', { done: 200, total: 200 });
    }
    expect(text()).toContain('██████░░░░░░░░░░░░░░░░░░ 25 %');
    expect(text()).toContain('Downloading');
    expect(text()).toContain('left');
    expect(text()).not.toContain('\n');
  });

  it('begins anew with other work', () => {
    const { stream, text } = terminal();
    using bar = new ProgressBar(stream);
    bar.show('one', { done: 9, total: 10 });
    bar.show('two', { done: 0, total: 4 });
    expect(text().split('two')[0]).toContain('90 %');
    expect(text()).toMatch(/ 0 %, .*two/);
  });

  it('leaves signals to the program', () => {
    const before = process.listenerCount('SIGINT');
    const { stream } = terminal();
    using bar = new ProgressBar(stream);
    bar.show('one', { done: 1, total: 10 });
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
