/**
 * The stand-in's `lake`, as far as images are built with it: `update`, `build @PACKAGE…` and `exe cache get`, with the
 * messages, files and exit codes of the Lake of Lean 4.27. It reads `lakefile.toml` only, and of it what our packages say.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

const lean = join(import.meta.dirname, '..', '..', '..', 'bin', 'lean');
const packagesDir = '.lake/packages';
/** Sources that a real Lean rejects, with what it says. */
const rejected = new Map([
  ['theorem wrong : 1 = 2 := rfl', 'Type mismatch\n  rfl\nhas type\n  ?_ = ?_\nbut is expected to have type\n  1 = 2'],
]);

const err = (text) => process.stderr.write(`${text}\n`);
const out = (text) => process.stdout.write(`${text}\n`);
class Failure extends Error {}

/** The values of a lakefile: tables by their names, `[[…]]` as lists. */
function readLakefile(dir) {
  const file = join(dir, 'lakefile.toml');
  if (!existsSync(file)) throw new Failure(`${basename(dir)}: no configuration file with a supported extension`);
  const root = { require: [], lean_lib: [], lean_exe: [] };
  let table = root;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, name] = /^\[\[(\w+)\]\]$/.exec(line.trim()) ?? [];
    const [, key, value] = /^(\w+) = (.+)$/.exec(line.trim()) ?? [];
    if (name !== undefined) (root[name] ??= []).push((table = {}));
    else if (key !== undefined) table[key] = JSON.parse(value);
  }
  return root;
}

function git(args, cwd) {
  const ran = spawnSync('git', args, { cwd, encoding: 'utf8' });
  if (ran.status === 0) return ran.stdout.trim();
  if (process.argv.includes('--verbose')) {
    err(`trace: .> git ${args.join(' ')}`);
    err(`trace: stderr:\n${ran.stderr.trim()}`);
  }
  throw new Failure(`external command 'git' exited with code ${ran.status ?? 255}`);
}

const tried = (work) => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

function resolveRevision(dir, revision) {
  if (/^[0-9a-f]{40}$/.test(revision)) return revision;
  for (const name of [`origin/${revision}`, revision]) {
    const found = tried(() => git(['rev-parse', '--verify', '--end-of-options', name], dir));
    if (found !== undefined) return found;
  }
  throw new Failure(`${dir}: revision not found '${revision}'`);
}

function materialize({ name, git: url, rev }) {
  const dir = join(packagesDir, name);
  if (existsSync(dir)) git(['fetch', '--tags', '--force', 'origin'], dir);
  else {
    err(`info: ${name}: cloning ${url}`);
    git(['clone', url, dir]);
  }
  if (rev !== undefined) {
    const revision = resolveRevision(dir, rev);
    if (git(['rev-parse', '--verify', '--end-of-options', 'HEAD'], dir) !== revision) {
      err(`info: ${name}: checking out revision '${revision}'`);
      git(['checkout', '--detach', revision, '--'], dir);
    }
  }
  return git(['rev-parse', '--verify', '--end-of-options', 'HEAD'], dir);
}

/** Resolves breadth first; what is nearer to the project wins, and manifests of packages pin what these require. */
function update() {
  if (!existsSync('lake-manifest.json'))
    err(`info: ${readLakefile('.').name}: no previous manifest, creating one from scratch`);
  const entries = new Map();
  const pins = new Map();
  const pending = [{ dir: '.', inherited: false }];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    for (const wanted of readLakefile(next.dir).require.toReversed()) {
      if (entries.has(wanted.name)) continue;
      const pinned = pins.get(wanted.name);
      const common = { scope: '', name: wanted.name, manifestFile: 'lake-manifest.json', inherited: next.inherited };
      let dir;
      if (wanted.path !== undefined) {
        dir = join(next.dir, wanted.path);
        if (!existsSync(dir)) throw new Failure(`${wanted.name}: package directory not found: ${dir}`);
        entries.set(wanted.name, { type: 'path', ...common, dir, configFile: 'lakefile.toml' });
      } else {
        const rev = materialize(pinned === undefined ? wanted : { ...wanted, git: pinned.url, rev: pinned.rev });
        dir = join(packagesDir, wanted.name);
        const source = { url: wanted.git, subDir: null, rev, inputRev: pinned?.inputRev ?? wanted.rev ?? null };
        entries.set(wanted.name, { ...source, type: 'git', ...common, configFile: 'lakefile.toml' });
      }
      const manifest = join(dir, 'lake-manifest.json');
      if (existsSync(manifest))
        for (const entry of JSON.parse(readFileSync(manifest, 'utf8')).packages)
          if (!pins.has(entry.name) && entry.type === 'git') pins.set(entry.name, entry);
      pending.push({ dir, inherited: true });
    }
  }
  const manifest = {
    version: '1.1.0',
    packagesDir,
    packages: [...entries.values()],
    name: readLakefile('.').name,
    lakeDir: '.lake',
  };
  writeFileSync('lake-manifest.json', `${JSON.stringify(manifest, undefined, 1)}\n`);
}

/** The packages with their folders. */
function workspace() {
  if (!existsSync('lake-manifest.json')) throw new Failure('missing manifest; use `lake update` to generate one');
  const { packages } = JSON.parse(readFileSync('lake-manifest.json', 'utf8'));
  return new Map(packages.map(({ name, dir }) => [name, dir ?? join(packagesDir, name)]));
}

const moduleFile = (dir, module) => join(dir, `${module.replaceAll('.', '/')}.lean`);
const importsOf = (text) => [...text.matchAll(/^(?:public )?import (\S+)$/gm)].map(([, module]) => module);
const builtFile = (dir, module, extension) =>
  join(dir, '.lake', 'build', 'lib', 'lean', `${module.replaceAll('.', '/')}.${extension}`);

/** All modules that targets need, in an order in which they can be compiled, each with its package's folder. */
function modulesOf(packages, wanted) {
  const found = new Map();
  const owner = (module) => [...packages.values()].find((dir) => existsSync(moduleFile(dir, module)));
  const visit = (module) => {
    const dir = owner(module);
    if (dir === undefined || found.has(module)) return;
    const text = readFileSync(moduleFile(dir, module), 'utf8');
    importsOf(text).forEach(visit);
    found.set(module, { dir, text });
  };
  for (const name of wanted) {
    const dir = packages.get(name);
    if (dir === undefined) throw new Failure(`unknown package '${name}'`);
    const file = readLakefile(dir);
    const targets = new Set(file.defaultTargets ?? []);
    for (const library of file.lean_lib.filter((lib) => targets.has(lib.name)))
      (library.roots ?? [library.name]).forEach(visit);
  }
  return found;
}

function traceOf({ text }, module, found) {
  const hash = createHash('sha256').update(text);
  for (const name of importsOf(text)) if (found.has(name)) hash.update(traceOf(found.get(name), name, found));
  return hash.digest('hex');
}

function build(targets) {
  const found = modulesOf(
    workspace(),
    targets.map((target) => target.replace(/^@/, '')),
  );
  const failures = [];
  let number = 0;
  const bad = new Set();
  for (const [module, item] of found) {
    number += 1;
    const trace = traceOf(item, module, found);
    const traceFile = builtFile(item.dir, module, 'trace');
    if (existsSync(traceFile) && readFileSync(traceFile, 'utf8') === trace) continue;
    if (importsOf(item.text).some((name) => bad.has(name))) {
      bad.add(module);
      continue;
    }
    mkdirSync(dirname(traceFile), { recursive: true });
    const place = `${number}/${found.size}`;
    const source = relative(item.dir, moduleFile(item.dir, module));
    const problem = [...rejected].find(([text]) => item.text.includes(text));
    const killed = /^-- killed$/m.test(item.text);
    if (problem !== undefined || killed) {
      err(`✖ [${place}] Building ${module} (12ms)`);
      const line = item.text.split('\n').findIndex((text) => text.includes(problem?.[0] ?? '-- killed')) + 1;
      if (!killed) err(`error: ${source}:${line}:${problem[0].indexOf('rfl')}: ${problem[1]}`);
      err(`error: Lean exited with code ${killed ? 137 : 1}`);
      failures.push(module);
      bad.add(module);
      continue;
    }
    const olean = builtFile(item.dir, module, 'olean');
    const generated = join(item.dir, '.lake', 'build', 'ir', `${module.replaceAll('.', '/')}.c`);
    mkdirSync(dirname(generated), { recursive: true });
    execFileSync(lean, [
      moduleFile(item.dir, module),
      '-o',
      olean,
      '-i',
      builtFile(item.dir, module, 'ilean'),
      '-c',
      generated,
    ]);
    for (const extension of ['olean.hash', 'ilean', 'ilean.hash'])
      writeFileSync(builtFile(item.dir, module, extension), '');
    // One that is worth measuring, and what modules of newer Leans have beside it.
    writeFileSync(olean, Buffer.alloc(4096));
    for (const extension of ['olean.private', 'olean.server', 'ir'])
      writeFileSync(builtFile(item.dir, module, extension), Buffer.alloc(16));
    writeFileSync(traceFile, trace);
    err(`✔ [${place}] Built ${module} (12ms)`);
  }
  if (failures.length > 0) {
    err('Some required targets logged failures:');
    failures.forEach((module) => err(`- ${module}`));
    throw new Failure('build failed');
  }
  err(`Build completed successfully (${found.size} jobs).`);
}

/** Mathlib's own program, with the cache that MATHLIB_CACHE_GET_URL names. */
function cacheGet() {
  const packages = workspace();
  const dir = packages.get('mathlib');
  if (dir === undefined) throw new Failure("unknown executable 'cache'");
  const [ours, theirs] = ['lean-toolchain', join(dir, 'lean-toolchain')].map((file) =>
    readFileSync(file, 'utf8').trim(),
  );
  if (ours !== theirs) {
    out('Dependency Mathlib uses a different lean-toolchain');
    out(`  Project uses ${ours}\n  Mathlib uses ${theirs}`);
    process.exit(1);
  }
  const cache = join(process.env.HOME, '.cache', 'mathlib');
  mkdirSync(cache, { recursive: true });
  const found = modulesOf(packages, ['mathlib']);
  const wanted = [...found].map(([module, item]) => ({
    module,
    item,
    file: `${traceOf(item, module, found).slice(0, 16)}.ltar`,
  }));
  const absent = wanted.filter(({ file }) => !existsSync(join(cache, file)));
  let [done, failed, success] = [0, 0, 0];
  if (absent.length === 0) out('No files to download');
  else {
    out(`Attempting to download ${absent.length} file(s) from leanprover-community/mathlib4 cache`);
    for (const { file } of absent) {
      const part = join(cache, `${file}.part`);
      const url = `${process.env.MATHLIB_CACHE_GET_URL}/f/${file}`;
      const ran = spawnSync(
        'curl',
        ['--fail', '--silent', '--show-error', '--write-out', '%{http_code}', '-o', part, url],
        { encoding: 'utf8' },
      );
      done += 1;
      if (ran.status === 0) {
        execFileSync('mv', [part, join(cache, file)]);
        success += 1;
      } else {
        rmSync(part, { force: true });
        if (!ran.stdout.endsWith('404')) {
          failed += 1;
          out(ran.stderr.trim());
        }
      }
      process.stderr.write(
        `\rDownloaded: ${success} file(s) [attempted ${done}/${absent.length} = ${Math.floor((100 * done) / absent.length)}%]`,
      );
    }
    err('');
    if (success + failed < done) {
      err('Warning: some files were not found in the cache.');
      err('This usually means that your local checkout of mathlib4 has diverged from upstream.');
    }
    if (failed > 0) {
      out(`${failed} download(s) failed`);
      process.exit(1);
    }
  }
  const there = wanted.filter(({ file }) => existsSync(join(cache, file)));
  out(`Decompressing ${there.length} file(s)`);
  for (const { module, item, file } of there) {
    mkdirSync(dirname(builtFile(item.dir, module, 'olean')), { recursive: true });
    writeFileSync(builtFile(item.dir, module, 'olean'), readFileSync(join(cache, file)));
    writeFileSync(builtFile(item.dir, module, 'ilean'), '');
    writeFileSync(builtFile(item.dir, module, 'trace'), traceOf(item, module, found));
  }
  out('Unpacked in 1 ms\nCompleted successfully!');
}

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
try {
  process.chdir(realpathSync('.'));
  if (process.argv[2] === '--version') out('Lake version 5.0.0-src (stand-in toolchain, plays recordings)');
  else if (words[0] === 'update') update();
  else if (words[0] === 'build') build(words.slice(1));
  else if (words.slice(0, 3).join(' ') === 'exe cache get') cacheGet();
  else throw new Failure(`unknown command '${words[0]}'`);
} catch (error) {
  if (!(error instanceof Failure) && error?.code === undefined) throw error;
  err(`error: ${error.message}`);
  process.exit(1);
}
