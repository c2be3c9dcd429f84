import { describe, expect, it } from 'vitest';
import { sandboxDockerfile } from './dockerfile.ts';

const lines = sandboxDockerfile('debian:bookworm-slim', 'a-build').trimEnd().split('\n');

describe('sandboxDockerfile', () => {
  it('builds on the base image, and differs in nothing else', () => {
    expect(lines[0]).toBe('FROM debian:bookworm-slim AS sandbox');
    expect(sandboxDockerfile('other', 'a-build').split('\n').slice(1).join('\n')).toBe(
      `${lines.slice(1).join('\n')}\n`,
    );
  });

  it('is one instruction a line, without any that would need a network or make the image writable', () => {
    for (const line of lines)
      expect(line).toMatch(/^(?:$|(?:FROM|USER|WORKDIR|RUN|COPY|ENV|ENTRYPOINT|CMD|HEALTHCHECK|LABEL) \S)/);
    expect(lines.join('\n')).not.toMatch(/apt|apk|curl|VOLUME|useradd/);
  });

  it('ends as an unprivileged numeric user in the project folder', () => {
    const sandbox = lines.slice(0, lines.indexOf(''));
    expect(sandbox.slice(-2)).toEqual(['USER 65532:65532', 'WORKDIR /home/leanuser/project']);
    expect(lines.slice(-2)).toEqual(['FROM sandbox', 'COPY --from=builder /made/out/ /opt/lean/']);
  });

  it('runs its commands without the shell of the base image', () => {
    for (const line of lines.filter((candidate) => candidate.startsWith('RUN')))
      expect(JSON.parse(line.slice(4))).toMatchObject(['/bin/sh', '-c', expect.any(String)]);
  });
});
