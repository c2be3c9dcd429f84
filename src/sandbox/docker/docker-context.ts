/*
 * Docker's contexts: named engines, one of which is active, as the command `docker context` keeps them in files. Docker
 * Desktop, OrbStack, Colima and Rancher Desktop each make one and make it the active one.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../../core/app-error.ts';
import { sha256 } from '../../core/sha256.ts';
import { failures } from '../../core/failures/failures.ts';

/** What an engine needs to see, and shows, for a connection with TLS; in PEM. */
export interface TlsMaterial {
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
  /** Whether any certificate of the engine will do. */
  readonly skipVerify: boolean;
}

/** A context that is not the default one. */
export interface DockerContext {
  readonly name: string;
  /** As in DOCKER_HOST. */
  readonly host: string;
  readonly tls: TlsMaterial | undefined;
}

/** The active context; `none` when it is the default one; or what is wrong with the one that the configuration names. */
export type ActiveContext =
  | { readonly kind: 'none' }
  | { readonly kind: 'context'; readonly context: DockerContext; readonly isRequired: boolean }
  | { readonly kind: 'unusable'; readonly what: string; readonly why: string };

const configuration = z.looseObject({ currentContext: z.string().optional() });
const metadata = z.looseObject({
  Name: z.string(),
  Endpoints: z.looseObject({
    docker: z.looseObject({ Host: z.string().min(1), SkipTLSVerify: z.boolean().optional() }),
  }),
});

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The context that DOCKER_CONTEXT names, else the one that Docker's configuration names.
 *
 * @throws AppError `config-invalid` when DOCKER_CONTEXT names one that there is not
 */
export function activeContext(env: Environment, homeDir: string): ActiveContext {
  const folder = configFolder(env, homeDir);
  const required = env['DOCKER_CONTEXT'] ?? '';
  if (required !== '') return requiredContext(folder, required);
  const file = path.join(folder, 'config.json');
  if (!existsSync(file)) return { kind: 'none' };
  const config = readJson(file, configuration);
  if (config === undefined) return { kind: 'unusable', what: file, why: 'it cannot be read' };
  const { currentContext: name = '' } = config;
  if (name === '' || name === 'default') return { kind: 'none' };
  const context = readContext(folder, name);
  return context === undefined
    ? { kind: 'unusable', what: `context ${name}`, why: `${file} names it, and there is none` }
    : { kind: 'context', context, isRequired: false };
}

function requiredContext(folder: string, name: string): ActiveContext {
  if (name === 'default') return { kind: 'none' };
  const context = readContext(folder, name);
  if (context !== undefined) return { kind: 'context', context, isRequired: true };
  const known = ['default', ...contextNames(folder)].join(', ');
  throw new AppError(
    failures['config-invalid'].contextNotThere({ known }),
    `DOCKER_CONTEXT names the context ${JSON.stringify(name)}, which there is not.`,
  );
}

function configFolder(env: Environment, homeDir: string): string {
  const given = env['DOCKER_CONFIG'] ?? '';
  return given === '' ? path.join(homeDir, '.docker') : given;
}

/** Docker names the folders of a context by a hash, so that its name may have any characters. */
function readContext(folder: string, name: string): DockerContext | undefined {
  const id = sha256(name);
  const meta = readJson(path.join(folder, 'contexts', 'meta', id, 'meta.json'), metadata);
  if (meta === undefined) return undefined;
  const { Host: host, SkipTLSVerify: skipVerify = false } = meta.Endpoints.docker;
  return { name, host, tls: readTls(path.join(folder, 'contexts', 'tls', id, 'docker'), skipVerify) };
}

function readTls(folder: string, skipVerify: boolean): TlsMaterial | undefined {
  const read = (name: string): Buffer | undefined => {
    const file = path.join(folder, name);
    return existsSync(file) ? readFileSync(file) : undefined;
  };
  const [ca, cert, key] = [read('ca.pem'), read('cert.pem'), read('key.pem')];
  const isPlain = ca === undefined && cert === undefined && !skipVerify;
  return isPlain ? undefined : { ca, cert, key, skipVerify };
}

function contextNames(folder: string): string[] {
  const all = path.join(folder, 'contexts', 'meta');
  if (!existsSync(all)) return [];
  return readdirSync(all).flatMap((id) => readJson(path.join(all, id, 'meta.json'), metadata)?.Name ?? []);
}

function readJson<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
