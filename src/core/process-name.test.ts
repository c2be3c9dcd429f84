import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { stateOf, thisProcess } from './process-name.ts';

describe.skipIf(process.platform !== 'linux')('the name of a process', () => {
  const own = thisProcess() ?? '';
  const withPid = (pid: number, began = '1'): string => own.replace(/\d+\/\d+$/, `${pid}/${began}`);

  it('is that of one that runs', () => {
    expect(own).toMatch(/^[-\w]+\/pid:\[\d+\]\/\d+\/\d+$/);
    expect(stateOf(own)).toBe('alive');
  });

  it('is that of one that is gone, when its number is free or another’s', async () => {
    const child = spawn('sleep', ['100']);
    const { pid = 0 } = child;
    const began = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
    expect(stateOf(withPid(pid, began))).toBe('alive');
    expect(stateOf(withPid(pid, `1${began}`))).toBe('gone');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(stateOf(withPid(pid, began))).toBe('gone');
  });

  it('says nothing of one that is another user’s, where the system hides those', () => {
    // Nothing is in /proc then; a signal is refused, and not to nobody.
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    onTestFinished(() => {
      kill.mockRestore();
    });
    // No process has such a number.
    expect(stateOf(withPid(2 ** 22 + 1))).toBe('unknown');
  });

  it.each([
    ['another boot', own.replace(/^[^/]+/, 'other')],
    ['another namespace', own.replace(/pid:\[\d+\]/, 'pid:[1]')],
    ['nothing', ''],
    ['something else', 'host:42'],
  ])('of %s says nothing', (_, name) => {
    expect(stateOf(name.replace(/\d+\/\d+$/, '1/1'))).toBe('unknown');
  });
});
