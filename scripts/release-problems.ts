import { z } from 'zod';

const packageJson = z.object({
  name: z.string(),
  version: z.string(),
  mcpName: z.string(),
  repository: z.object({ type: z.literal('git'), url: z.string() }),
});
const registryEntry = z.object({
  name: z.string(),
  version: z.string(),
  packages: z.array(z.object({ identifier: z.string(), version: z.string() })).min(1),
});

/** What does not fit together of the names and versions of a release. @param tag absent where there is none yet */
export function versionProblems(facts: unknown, entry: unknown, tag?: string): string[] {
  const { name, version, mcpName, repository } = packageJson.parse(facts);
  const { name: registered, version: listed, packages } = registryEntry.parse(entry);
  // The registry lets a repository publish under the name of its owner only, and npm vouches for that repository only.
  const home = `git+https://github.com/${mcpName.replace(/^io\.github\./, '')}.git`;
  const claims: readonly (readonly [string, string, string])[] = [
    ['the version in server.json', listed, version],
    ['the name in server.json', registered, mcpName],
    ['the repository in package.json', repository.url, home],
    ...packages.flatMap((one) => [
      ['the version of the package in server.json', one.version, version] as const,
      ['the package in server.json', one.identifier, name] as const,
    ]),
    ...(tag === undefined ? [] : [['the tag', tag, `v${version}`] as const]),
  ];
  return claims
    .filter(([, is, wanted]) => is !== wanted)
    .map(([what, is, wanted]) => `${what} is ${is}, not ${wanted}`);
}

const needed = [
  'package.json',
  'README.md',
  'LICENSE',
  'SECURITY.md',
  'dist/cli/main.js',
  'dist/cli/command.js',
  'dist/index.js',
];

/** What is missing from a package, or should not be in it. */
export function packageProblems(facts: unknown, files: readonly string[]): string[] {
  const bin = z.object({ bin: z.record(z.string(), z.string()) }).parse(facts).bin;
  const missing = [...needed, ...Object.values(bin)].filter((file) => !files.includes(file));
  const unwanted = files.filter((file) => /^(?:test|src|scripts|node_modules|\.)|\.test\./.test(file));
  return [
    ...missing.map((file) => `the package has no ${file}`),
    ...unwanted.map((file) => `the package has ${file}, which nobody needs`),
  ];
}
