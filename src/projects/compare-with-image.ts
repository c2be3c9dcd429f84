/* Whether an image has what a project asks for: its Lean, and the packages that it was built with. */
import { z } from 'zod';
import { parseJson } from '../core/parse-json.ts';
import { plainName, toolchainVersion } from '../lean/lake-project.ts';
import type { Toolchain } from '../lean/toolchain.ts';
import type { ProjectFiles } from './project.ts';

const manifestSchema = z.looseObject({
  packages: z
    .array(z.looseObject({ name: z.string(), url: z.string().optional(), rev: z.string().optional() }))
    .max(1000),
});
type Package = z.output<typeof manifestSchema>['packages'][number];

const maxManifest = 1024 ** 2;
const maxTold = 8;

/** What the image lacks, with the command that makes one that does not; nothing when it lacks nothing. */
export function compareWithImage(files: ProjectFiles, toolchain: Pick<Toolchain, 'version' | 'libraries'>): string[] {
  return [
    ...lacksLean(files.get('lean-toolchain'), toolchain),
    ...lacksPackages(files.get('lake-manifest.json'), toolchain),
  ];
}

function lacksLean(text: string | undefined, { version }: Pick<Toolchain, 'version'>): string[] {
  if (text === undefined) return [];
  const wanted = toolchainVersion(text);
  if (wanted === undefined) {
    const [line = ''] = text.trim().split('\n', 1);
    return [
      `lean-toolchain names no release of Lean (${JSON.stringify(line.slice(0, 60))}); the image has ${version}.`,
    ];
  }
  if (wanted === version) return [];
  const tag = `lean-docker-mcp:${wanted}`;
  return [
    `The project is for Lean ${wanted} (lean-toolchain), and the image has ${version}. An image that fits: lean-docker-mcp image build --lean-version ${wanted} --tag ${tag}, then set docker.image to ${tag}.`,
  ];
}

function lacksPackages(text: string | undefined, { libraries }: Pick<Toolchain, 'libraries'>): string[] {
  if (text === undefined) return [];
  const parsed = text.length > maxManifest ? undefined : parseJson(text);
  const { data } = manifestSchema.safeParse(parsed);
  if (data === undefined)
    return ['lake-manifest.json cannot be read, so it is not known which packages the project needs.'];
  const present = new Set(libraries.map(plainName));
  const missing = data.packages.filter(({ name }) => !present.has(plainName(name)));
  if (missing.length === 0) return [];
  const shown = missing.slice(0, maxTold).map(({ name }) => JSON.stringify(name.slice(0, 60)));
  const more = missing.length > maxTold ? ` and ${missing.length - maxTold} more` : '';
  const flags = missing.flatMap((item) => packageFlag(item) ?? []);
  const command =
    flags.length > 0 && flags.length <= maxTold
      ? ` An image with them: lean-docker-mcp image build ${flags.join(' ')}`
      : '';
  return [`The image lacks packages of lake-manifest.json: ${shown.join(', ')}${more}.${command}`];
}

function packageFlag({ name, url = '', rev = '' }: Package): string | undefined {
  const revision = /^[\w.-]{1,64}$/.test(rev) ? `@${rev}` : '';
  if (name === 'mathlib') return `--with mathlib${revision}`;
  const repository = /^https:\/\/github\.com\/([\w.-]{1,64}\/[\w.-]{1,100}?)(?:\.git)?$/.exec(url)?.[1];
  return repository === undefined ? undefined : `--with ${repository}${revision}`;
}
