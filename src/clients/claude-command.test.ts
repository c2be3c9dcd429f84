import { expect, it } from 'vitest';
import { asTyped, claudeArguments } from './claude-command.ts';

it('starts npx through the command interpreter on Windows, where it is a script', () => {
  expect(asTyped(claudeArguments('lean', { platform: 'win32', env: {} }))).toBe(
    'mcp add lean --scope user -- cmd /c npx -y lean-docker-mcp',
  );
});

it('quotes what a shell would not take as it is', () => {
  const env = { DOCKER_HOST: "unix:///it's here" };
  expect(asTyped(claudeArguments('lean', { platform: 'linux', env }))).toBe(
    `mcp add lean --scope user --env 'DOCKER_HOST=unix:///it'\\''s here' -- npx -y lean-docker-mcp`,
  );
});
