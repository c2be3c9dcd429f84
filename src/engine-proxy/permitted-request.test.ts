import { describe, expect, it } from 'vitest';
import { permittedRequest } from './permitted-request.ts';

const id = '0123456789abcdef'.repeat(4);
const filters = (value: unknown): string => `filters=${encodeURIComponent(JSON.stringify(value))}`;
const ours = filters({ label: ['io.github.lean-docker-mcp.instance=x'], type: ['container'] });

describe('what a server asks of an engine', () => {
  it.each([
    ['GET', '/_ping'],
    ['HEAD', '/_ping'],
    ['GET', '/version'],
    ['GET', '/info'],
    ['GET', `/events?${ours}`],
    ['GET', `/containers/json?all=true&${ours}`],
    ['GET', '/images/sha256:0123abcd/json'],
    ['GET', '/images/registry.example.org:5000/lean/mcp:latest/json'],
    ['POST', '/containers/create?'],
    ['POST', `/containers/${id}/attach?stream=true&hijack=true&stdin=true&stdout=true&stderr=true`],
    ['POST', `/containers/${id}/start`],
    ['GET', `/containers/${id}/json`],
    ['GET', `/containers/${id}/stats?stream=false&one-shot=true`],
    ['DELETE', `/containers/${id}?force=true&v=true`],
  ])('%s %s is passed on', (method, target) => {
    const passed = permittedRequest(method, target);
    expect(passed?.method).toBe(method);
    // Only the way in which the same is written may differ.
    const written = new URL(passed?.path ?? '', 'http://engine');
    const asked = new URL(target, 'http://engine');
    expect([written.pathname, [...written.searchParams]]).toEqual([asked.pathname, [...asked.searchParams]]);
  });
});

describe('anything else', () => {
  it.each([
    ['POST', `/containers/${id}/exec`, 'a command in a container'],
    ['GET', `/containers/${id}/archive?path=/etc`, 'files of a container'],
    ['PUT', `/containers/${id}/archive?path=/`, 'files into a container'],
    ['POST', `/containers/${id}/kill`, 'a signal'],
    ['POST', `/containers/${id}/update`, 'other limits'],
    ['POST', `/containers/${id}/rename?name=x`, 'a name'],
    ['GET', `/containers/${id}/logs?stdout=1`, 'a log'],
    ['GET', `/containers/${id}/attach/ws`, 'attaching by web socket'],
    ['POST', '/containers/prune', 'removal of all'],
    ['POST', '/commit?container=x', 'an image of a container'],
    ['POST', '/build', 'a build'],
    ['POST', '/images/create?fromImage=debian', 'a download'],
    ['POST', '/images/load', 'an image from here'],
    ['DELETE', '/images/debian', 'removal of an image'],
    ['GET', '/images/json', 'the list of images'],
    ['GET', '/images/debian/get', 'the contents of an image'],
    ['GET', '/volumes', 'volumes'],
    ['POST', '/volumes/create', 'a volume'],
    ['GET', '/networks', 'networks'],
    ['POST', '/networks/create', 'a network'],
    ['GET', '/swarm', 'the swarm'],
    ['POST', '/swarm/init', 'a swarm'],
    ['GET', '/secrets', 'secrets'],
    ['GET', '/plugins', 'plugins'],
    ['POST', '/session', 'a session of builds'],
    ['POST', '/auth', 'credentials'],
    ['GET', '/system/df', 'disk use'],
    ['GET', '/containers/json', 'containers of others'],
    ['GET', `/containers/json?${filters({ label: ['other'] })}`, 'containers of others'],
    ['GET', `/containers/json?${filters({ name: ['x'] })}`, 'containers of others'],
    ['GET', `/containers/json?${ours}&filters=${encodeURIComponent('{}')}`, 'containers of others, behind ours'],
    ['GET', `/containers/json?${filters({ label: { other: true } })}`, 'containers of others, in the old way'],
    ['GET', '/containers/json?filters=%7B', 'what is no filter'],
    ['GET', '/events', 'events of others'],
    ['GET', `/containers/${id}/stats?stream=true`, 'endless numbers'],
    ['GET', `/containers/${id}/json?size=true`, 'a size'],
    ['POST', `/containers/${id}/start?checkpoint=x`, 'a start from a checkpoint'],
    ['POST', '/containers/create?name=x', 'a name'],
    ['POST', '/containers/create?constructor=x', 'a word that every object knows'],
    ['GET', '/v1.24/info', 'an older version, which leaves settings out'],
    ['GET', '/containers/0123456789ab/json', 'a short id'],
    ['POST', `/containers/${id}/start/../../create`, 'what only looks like it'],
    ['GET', `/images/x/../../containers/${id}/export/json`, 'what only looks like it'],
    ['GET', '/images/%2e%2e/json', 'what only looks like it'],
    ['GET', 'http://[', 'what is no address'],
    ['POST', '/info', 'a question as a command'],
  ])('%s %s is refused: %s', (method, target) => {
    const passed = permittedRequest(method, target);
    // `/containers/ID/start/../../create` is `/containers/create`, and is looked at as that.
    if (target.includes('/..')) expect(passed?.subject.kind ?? 'creation').toBe('creation');
    else expect(passed).toBeUndefined();
  });
});
