import type { Settings } from '../config/schema.ts';
import type { NatsAddress } from '../nats/connect-nats.ts';

type NatsSettings = Settings['nats'];

const manyServers = 3;

/** Where servers of NATS are, and how to come in there. */
export function natsAddress(servers: string, { credentials_file, ca_file }: NatsSettings): NatsAddress {
  return { servers, credentialsFile: credentials_file, caFile: ca_file };
}

/** How many servers keep each message. `auto`: three, where there are as many. */
export function replicasOf({ replicas }: NatsSettings, servers: string): number {
  if (replicas !== 'auto') return replicas;
  return servers.split(',').length >= manyServers ? manyServers : 1;
}

/** The servers without what they are told of who asks. */
export function hostsOf(servers: string): string {
  return servers
    .split(',')
    .map((server) => server.slice(server.lastIndexOf('@') + 1).replace(/^\w+:\/\//, ''))
    .join(', ');
}
