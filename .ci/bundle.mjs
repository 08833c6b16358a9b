/** Makes few files of what is loaded before a program runs, on either side, of the constructs, which every program loads,
 * and of the command line: a file more takes half a millisecond or more, and there are some two hundred. Where code lies is
 * part of what it does (import.meta.url), so nothing leaves its room. Comes after jsii, which writes the constructs. */
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { rolldown } from 'rolldown';

const program = 'build/synth/program';

await bundle(program, { child: `${program}/child.js` }, /^node:/);
// What starts programs; what it takes from elsewhere stays one of a kind, such as classes of errors.
await bundle(program, { ahead: `${program}/ahead.js`, index: `${program}/index.js` }, /^node:|\/lib\//);
await bundleRoom('build/lib/constructs', ['index']);
await bundleRoom('build/lib/objects', ['index']);
await bundleRoom('build/lib/render', ['index', 'tree/index']);
await bundleRoom('build/lib/kinds', ['index']);
await bundleRoom('build/lib/validate', ['index']);
await bundleRoom('build/lib/schemas', ['index', 'structural/index']);
await bundleRoom('build/lib/expressions', ['index']);
await bundleRoom('build/lib/health', ['index', 'expressions/index', 'rules/custom/index']);
await bundleRoom('build/lib/sealed', ['index', 'document/index']);
await bundleRoom('build/lib/policy', ['index', 'admission/index']);
await bundleRoom('build/lib/git', ['index']);
await bundleRoom('build/lib/fields', ['index', 'openapi/built-in']);
await bundleRoom('build/lib/kube', ['index']);
// 95 files, most of them messages in other languages, for the few hundred lines of it that reading a commit takes.
await bundleRoom('build/lib/branch', ['index'], { packages: ['zod'] });
await bundleRoom('build/lib/plan', ['index']);
await bundleRoom('build/lib/apply', ['index']);
await bundleRoom('build/lib/notify', ['index']);
await bundleRoom('build/synth/cli', ['main', 'config-schema']);
for (const file of globSync('build/**/*.js')) {
  const code = readFileSync(file, 'utf8');
  const asked = builtinsByName(code);
  if (asked !== code) writeFileSync(file, asked);
}

/** An import of a module of Node's own reads everything that it exports, getters too, and so Node loads what stands behind
 * these: undici behind node:http, streams, promises and readline behind node:fs. Asked for by name, it loads what is used. */
function builtinsByName(code) {
  const imports = /^import (?:(?:\* as )?([\w$]+)(?:, | ))?(?:\{([^{}]+)\} )?from (["'])(node:[\w/]+)\3;$/gm;
  return code.replaceAll(imports, (_line, whole, names, _quote, id) =>
    [whole, names && `{${names.replaceAll(' as ', ': ')}}`]
      .flatMap((target) => (target ? `const ${target} = process.getBuiltinModule('${id}');` : []))
      .join(' '),
  );
}

/** What is behind the doors of a room; other rooms and packages stay what they are, one of a kind.
 * @param packages of which the room gets a copy of what it uses */
async function bundleRoom(directory, doors, { packages = [] } = {}) {
  const within = [directory, ...packages.map((name) => join('node_modules', name))].map(
    (path) => resolve(path) + sep,
  );
  const isWithin = (id, importer) =>
    packages.includes(id) ||
    (/^[./]/.test(id) && within.some((path) => resolve(dirname(importer), id).startsWith(path)));
  const files = globSync(`${directory}/**/*.js`);
  const kept = await bundle(
    directory,
    Object.fromEntries(doors.map((door) => [door, `${directory}/${door}.js`])),
    (id, importer) => importer !== undefined && !isWithin(id, importer),
    packages.map(licenceOf).join(''),
  );
  for (const file of files) if (!kept.has(file)) rmSync(file);
}

/** A copy of a package goes with what its authors ask to go with it. */
function licenceOf(name) {
  const text = readFileSync(join('node_modules', name, 'LICENSE'), 'utf8');
  return `/*! Holds parts of ${name}.\n${text.trim()}\n*/`;
}

/** @returns the files that were written */
async function bundle(directory, input, external, banner = '') {
  const made = await rolldown({ input, platform: 'node', external });
  const { output } = await made.write({ dir: directory, format: 'esm', chunkFileNames: '[name].js', banner });
  return new Set(output.map(({ fileName }) => join(directory, fileName)));
}
