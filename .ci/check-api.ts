/** Compares the API of the constructs with that of the last release, which `api-released.jsii` holds without its
 * documentation, and fails when a change breaks programs and the changelog does not say so; and when a member has no
 * documentation. Needs `npm run build`.
 *
 *     node .ci/check-api.ts            compares
 *     node .ci/check-api.ts --renew    takes the API as released: part of a release */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Member {
  readonly name: string;
  readonly docs?: { readonly summary?: string };
  readonly overrides?: string;
}

interface Type {
  readonly fqn: string;
  readonly docs?: { readonly summary?: string };
  readonly methods?: readonly Member[];
  readonly properties?: readonly Member[];
}

interface Assembly {
  readonly version: string;
  readonly types: Readonly<Record<string, Type>>;
}

const ROOT = join(import.meta.dirname, '..');
const RELEASED = join(import.meta.dirname, 'api-released.jsii');

/** What says nothing of compatibility. */
const LEFT_OUT = new Set([
  ...['docs', 'locationInModule', 'symbolId', 'readme', 'contributors', 'keywords', 'metadata', 'bundled'],
]);

const assembly = JSON.parse(readFileSync(join(ROOT, '.jsii'), 'utf8')) as Assembly; // made by the build
if (process.argv.includes('--renew')) renew();
else check();

/** One type a line, so that a diff shows which of them changed. */
function renew(): void {
  const text = JSON.stringify(assembly, (name, value) => (LEFT_OUT.has(name) ? undefined : value));
  const { types, ...rest } = JSON.parse(text) as Assembly;
  const lines = Object.values(types).map((type) => `${JSON.stringify(type.fqn)}:${JSON.stringify(type)}`);
  const head = JSON.stringify(rest).slice(0, -1);
  writeFileSync(RELEASED, `${head},"types":{\n${lines.join(',\n')}\n}}\n`);
}

function check(): void {
  const problems = [...undocumented(), ...unannounced()];
  for (const problem of problems) console.log(problem);
  if (problems.length > 0) process.exitCode = 1;
}

function* undocumented(): Iterable<string> {
  for (const { fqn, docs, methods = [], properties = [] } of Object.values(assembly.types)) {
    if (!docs?.summary) yield `${fqn} has no documentation`;
    for (const member of [...methods, ...properties]) {
      if (!member.docs?.summary && !member.overrides) yield `${fqn}.${member.name} has no documentation`;
    }
  }
}

function* unannounced(): Iterable<string> {
  const announced = breakingEntries();
  for (const { what, said } of breakingChanges()) {
    if (announced.includes(`\`${what}\``)) continue;
    yield `${said}\n  CHANGELOG.md has no line "- **Breaking:** …" that names \`${what}\``;
  }
}

/** jsii-diff prints `err  - METHOD truekeel.App.synth: has been removed [removed:truekeel.App.synth]`. */
function breakingChanges(): readonly { readonly what: string; readonly said: string }[] {
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  // Below the package, so that the assemblies which this one builds upon are found.
  const before = mkdtempSync(join(ROOT, 'build', 'api-'));
  try {
    copyFileSync(RELEASED, join(before, '.jsii'));
    copyFileSync(join(ROOT, 'package.json'), join(before, 'package.json'));
    const { status, stdout, stderr, error } = spawnSync('jsii-diff', [before, ROOT, '--keys'], {
      encoding: 'utf8',
    });
    const said = `${stdout}${stderr}`;
    if (error || (status !== 0 && status !== 1))
      throw new Error(`jsii-diff failed\n${said}`, { cause: error });
    const changes = [...said.matchAll(/^err +- (.*) \[[^\]:]+:truekeel\.(.+)\]$/gm)];
    if (status === 1 && changes.length === 0)
      throw new Error(`jsii-diff says what is not understood\n${said}`);
    return changes.map(([, text = '', name = '']) => ({
      what: name.replace('.<initializer>', ''),
      said: text,
    }));
  } finally {
    rmSync(before, { recursive: true });
  }
}

/** Of the changelog's newest section. */
function breakingEntries(): string {
  const [, newest = ''] = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8').split(/^## /m);
  return [...newest.matchAll(/^- \*\*Breaking:\*\* (?:.|\n {2})*/gm)].join('\n');
}
