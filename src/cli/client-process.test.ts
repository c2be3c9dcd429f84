import { describe, expect, it } from 'vitest';
import { findClient, type ProcessView } from './client-process.ts';

/** Processes by their ids, each with its parent and its stdin. */
function view(processes: Readonly<Record<number, readonly [parent: number, stdin?: string]>>): ProcessView {
  return {
    parentOf: (pid) => processes[pid]?.[0] || undefined,
    stdinOf: (pid) => processes[pid]?.[1],
  };
}

describe('the client', () => {
  it('is the parent', () => {
    expect(findClient(30, view({ 1: [0, '/dev/null'], 20: [1, '/dev/null'], 30: [20, 'pipe:[7]'] }))).toBe(20);
  });

  it('is the parent of those that have handed on their stdin', () => {
    const processes = {
      1: [0, '/dev/null'],
      20: [1, 'pipe:[6]'],
      21: [20, 'socket:[7]'],
      22: [21, 'socket:[7]'],
      30: [22, 'socket:[7]'],
    } as const;
    expect(findClient(30, view(processes))).toBe(20);
  });

  it('is a process of another user, whose stdin cannot be seen', () => {
    expect(findClient(30, view({ 1: [0], 20: [1], 30: [20, 'pipe:[7]'] }))).toBe(20);
  });

  it.each(['/dev/null', '/run/lean.fifo', '/dev/pts/3'])('is nobody when stdin is %s', (stdin) => {
    expect(findClient(30, view({ 1: [0], 20: [1], 30: [20, stdin] }))).toBeUndefined();
  });

  it('is nobody when it cannot be seen, as from within a container', () => {
    expect(findClient(1, view({ 1: [0, 'pipe:[7]'] }))).toBeUndefined();
    expect(findClient(30, view({}))).toBeUndefined();
  });
});
